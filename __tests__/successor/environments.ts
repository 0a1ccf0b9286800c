/** What is synthesized for the comparison: every environment, and the variants that have what no environment has. */

import { environments as given } from "../../environments";
import type { EnvironmentSettings } from "../../stacks/settings";

const variants = {
  publisher: {
    ingress: "lambda",
    domain: {
      name: "hooks.example.com",
      certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
      hostedZoneId: "Z0123456789ABCDEFGHIJ",
    },
    allowedCidrs: ["192.0.2.0/24"],
    alarms: { email: "oncall@example.com" },
    state: { kind: "s3", bucket: "state-of-webhooks" },
    sources: {
      github: { path: "/github", signature: { scheme: "github", secrets: ["ssm:/webhook/github"] } },
      shop: {
        path: "/shop/*",
        signature: {
          scheme: "square",
          secrets: ["secretsmanager:webhook/shop"],
          publicUrl: "https://hooks.example.com/shop",
        },
      },
    },
    unmatched: "reject",
    postgresSink: {},
  },
  cloud: {
    throttle: { ratePerSecond: 100, burst: 200 },
    sources: {
      billing: {
        path: "/billing",
        signature: {
          scheme: "hmac",
          secrets: ["ssm:/webhook/billing"],
          header: "x-signature",
          algorithm: "sha256",
          encoding: "hex",
        },
      },
    },
    state: { kind: "cloud", organization: "demo" },
  },
} satisfies Record<string, EnvironmentSettings>;

export const environments: Readonly<Record<string, EnvironmentSettings>> = { ...given, ...variants };

/** What is synthesized beside each environment's webhook, in the words of WEBHOOK_STACK. */
export const moreStacks: readonly { readonly environment: string; readonly stack: string }[] = [
  ...Object.keys(environments)
    .filter((environment) => environments[environment]?.postgresSink !== undefined)
    .map((environment) => ({ environment, stack: "postgres-sink" })),
  { environment: "publisher", stack: "state" },
];
