/** The settings whose stacks are deployed and planned here, beside those of environments.ts. */

import type { EnvironmentSettings } from "../../stacks/settings";

/**
 * What changes a stack's resources or what they promise, each on or off. An own domain is not here: moto has no API
 * mappings to a domain's stage, so stacks with one are planned only. Neither is deletion protection: it has to be off
 * for a destroy to end.
 */
export const FACTORS = [
  "lambdaIngress",
  "alarms",
  "throttle",
  "reservedConcurrency",
  "eventExpiry",
  "allowedCidrs",
  "managedEncryption",
  "batchWindow",
  "noPointInTimeRecovery",
  "x86",
  "sources",
] as const;
export type Factor = (typeof FACTORS)[number];

export interface Variant {
  /** The environment's name: part of every resource's. */
  readonly name: string;
  readonly on: readonly Factor[];
}

/** Seven stacks have every pair of factors on, off, and one of each: the fewest for eleven factors (six have ten). */
export const APPLIED: readonly Variant[] = [
  { name: "pairs0", on: [] },
  {
    name: "pairs1",
    on: ["lambdaIngress", "alarms", "throttle", "reservedConcurrency", "eventExpiry", "allowedCidrs", "sources"],
  },
  {
    name: "pairs2",
    on: ["lambdaIngress", "alarms", "throttle", "managedEncryption", "batchWindow", "noPointInTimeRecovery", "sources"],
  },
  {
    name: "pairs3",
    on: ["lambdaIngress", "reservedConcurrency", "eventExpiry", "managedEncryption", "batchWindow", "x86", "sources"],
  },
  {
    name: "pairs4",
    on: [
      "alarms",
      "reservedConcurrency",
      "allowedCidrs",
      "managedEncryption",
      "noPointInTimeRecovery",
      "x86",
      "sources",
    ],
  },
  { name: "pairs5", on: ["throttle", "eventExpiry", "allowedCidrs", "batchWindow", "noPointInTimeRecovery", "x86"] },
  { name: "pairs6", on: ["lambdaIngress", "alarms", "reservedConcurrency", "managedEncryption"] },
];

/** Small numbers that no default has, so that a setting that is not used is seen. */
export const VALUES = {
  maximumConcurrency: 7,
  reservedConcurrency: 9,
  publisherConcurrency: 11,
  timeoutSeconds: 13,
  batchSize: 500,
  batchWindowSeconds: 17,
  retentionDays: 3,
  deadLetterRetentionDays: 5,
  outageToleranceMinutes: 30,
  eventExpiryDays: 29,
  rejectedExpiryDays: 31,
  logRetentionDays: 14,
  rejectedPerMinute: 37,
  throttle: { ratePerSecond: 19, burst: 23 },
  allowedCidrs: ["192.0.2.0/24", "2001:db8::/32"],
} as const;

/** None of the path by which the test's own event comes. Of one the headers travel in a set of its own. */
const SOURCES = {
  stripe: {
    path: "/stripe/*",
    signature: { scheme: "stripe", secrets: ["ssm:/webhook/stripe", "secretsmanager:webhook/stripe"] },
  },
  billing: {
    path: "/billing",
    signature: {
      scheme: "hmac",
      secrets: ["secretsmanager:webhook/billing"],
      header: "X-Signature",
      algorithm: "sha256",
      encoding: "hex",
    },
    identity: "content",
  },
} as const satisfies EnvironmentSettings["sources"];

/** The topic of an account that has one; the other stacks with alarms get their own, and a subscription. */
export const TOPIC = "arn:aws:sns:us-east-1:123456789012:alerts";

export function settingsOf({ on }: Pick<Variant, "on">): EnvironmentSettings {
  const has = (factor: Factor) => on.includes(factor);
  const reserved = has("reservedConcurrency");
  const lambda = has("lambdaIngress");
  return {
    consumer: {
      maximumConcurrency: VALUES.maximumConcurrency,
      timeoutSeconds: VALUES.timeoutSeconds,
      ...(reserved ? { reservedConcurrency: VALUES.reservedConcurrency } : {}),
      ...(has("batchWindow") ? { batchSize: VALUES.batchSize, batchWindowSeconds: VALUES.batchWindowSeconds } : {}),
      ...(has("x86") ? { architecture: "x86_64" } : {}),
    },
    ...(lambda ? { ingress: "lambda" } : {}),
    ...(lambda && reserved ? { publisher: { reservedConcurrency: VALUES.publisherConcurrency } } : {}),
    queue: {
      retentionDays: VALUES.retentionDays,
      deadLetterRetentionDays: VALUES.deadLetterRetentionDays,
      outageToleranceMinutes: VALUES.outageToleranceMinutes,
    },
    table: {
      deletionProtection: false,
      rejectedExpiryDays: VALUES.rejectedExpiryDays,
      ...(has("eventExpiry") ? { eventExpiryDays: VALUES.eventExpiryDays } : {}),
      ...(has("managedEncryption") ? { encryption: "aws-managed" } : {}),
      ...(has("noPointInTimeRecovery") ? { pointInTimeRecovery: false } : {}),
    },
    logs: { retentionDays: VALUES.logRetentionDays },
    ...(has("throttle") ? { throttle: VALUES.throttle } : {}),
    ...(has("allowedCidrs") ? { allowedCidrs: [...VALUES.allowedCidrs] } : {}),
    ...(has("sources") ? { sources: SOURCES, rejected: { maxPerMinute: VALUES.rejectedPerMinute } } : {}),
    ...(has("alarms") ? { alarms: lambda ? { email: "oncall@example.com" } : { topicArn: TOPIC } } : {}),
  };
}

const DOMAIN = {
  name: "hooks.example.com",
  certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
};

/** Planned, not applied. */
export const PLANNED_ONLY: Readonly<Record<string, EnvironmentSettings>> = {
  /** A name whose zone is elsewhere; paths of senders that are not the defaults. */
  domain: { domain: DOMAIN, senders: { "/": "github", "/a-b.c_d~e/f": "stripe" }, alarms: { topicArn: TOPIC } },
  /** A name with its record, before a publisher; a bucket that is kept. */
  zone: {
    ingress: "lambda",
    domain: { ...DOMAIN, hostedZoneId: "Z0123456789ABCDEFGHIJ" },
    table: { deletionProtection: true, eventExpiryDays: 365 },
  },
};
