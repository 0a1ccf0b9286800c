/** Sources as environments.ts could have them. */
import type { EnvironmentSettings } from "../../stacks/settings";

type Given = NonNullable<EnvironmentSettings["sources"]>[string];

export const GITHUB = {
  path: "/github",
  signature: { scheme: "github", secrets: ["ssm:/webhook/dev/github"] },
} satisfies Given;
export const STRIPE = {
  path: "/stripe/*",
  signature: { scheme: "stripe", secrets: ["ssm:/webhook/dev/stripe", "secretsmanager:webhook/stripe"] },
} satisfies Given;
export const SQUARE = {
  path: "/shop/square",
  signature: { scheme: "square", secrets: ["ssm:square"], publicUrl: "https://hooks.example.com/shop/square" },
} satisfies Given;
export const GITLAB = {
  path: "/gitlab",
  signature: { scheme: "shared-token", secrets: ["ssm:gitlab"], header: "X-Gitlab-Token" },
} satisfies Given;
/** Of no known sender: its headers travel in a set of their own. */
export const HMAC = {
  path: "/billing/*",
  signature: {
    scheme: "hmac",
    secrets: ["secretsmanager:webhook/billing"],
    header: "X-Signature",
    algorithm: "sha256",
    encoding: "hex",
    signed: [{ header: "X-Time" }, { text: "." }, "body"],
    timestamp: { header: "X-Time", unit: "s" },
  },
  identity: { header: "X-Id" },
  types: { header: "X-Type", accept: ["paid", "refunded"] },
  allowedCidrs: ["192.0.2.0/24"],
  onUnverified: "accept",
} satisfies Given;
export const NONE = { path: "/open", signature: { scheme: "none" } } satisfies Given;
