import { environments } from "../../environments";
import type { EnvironmentSettings } from "../../stacks/settings";
import { API_GATEWAY_RULES } from "./aws-rules/api-gateway";
import { API_GATEWAY_LAMBDA_RULES } from "./aws-rules/api-gateway-lambda";
import { CLOUDWATCH_RULES } from "./aws-rules/cloudwatch";
import { DOMAIN_RULES } from "./aws-rules/domain";
import { DYNAMODB_RULES } from "./aws-rules/dynamodb";
import { IAM_RULES } from "./aws-rules/iam";
import { LAMBDA_RULES } from "./aws-rules/lambda";
import { RDS_RULES } from "./aws-rules/rds";
import { REFERENCE_RULES } from "./aws-rules/references";
import { S3_RULES } from "./aws-rules/s3";
import { SCHEDULE_RULES } from "./aws-rules/schedule";
import { SQS_RULES } from "./aws-rules/sqs";
import { VPC_RULES } from "./aws-rules/vpc";
import { GITHUB, GITLAB, HMAC, NONE, SQUARE, STRIPE } from "./source-examples";
import { synthesized, synthesizedPostgresSink, synthesizedStateBucket } from "./synthesized";

/** Rules that AWS has and that an emulator does not enforce (terraform-offline runs accept all of these mistakes). */
const RULES = [
  ...API_GATEWAY_RULES,
  ...API_GATEWAY_LAMBDA_RULES,
  ...DOMAIN_RULES,
  ...S3_RULES,
  ...SQS_RULES,
  ...LAMBDA_RULES,
  ...DYNAMODB_RULES,
  ...IAM_RULES,
  ...CLOUDWATCH_RULES,
  ...REFERENCE_RULES,
  ...RDS_RULES,
  ...SCHEDULE_RULES,
  ...VPC_RULES,
];

const DOMAIN = {
  name: "hooks.example.com",
  certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
};
/** As many as may be, each as long as can be. */
const CIDRS = Array.from({ length: 40 }, (_, i) => `2001:1db8:1111:1111:1111:1111:1111:11${10 + i}/128`);

/** Every optional part in use, every number at an end of its range. */
const EVERYTHING: EnvironmentSettings = {
  domain: DOMAIN,
  allowedCidrs: CIDRS,
  throttle: { ratePerSecond: 1, burst: 1 },
  consumer: {
    maximumConcurrency: 900,
    reservedConcurrency: 900,
    batchSize: 10_000,
    batchWindowSeconds: 300,
    timeoutSeconds: 900,
  },
  queue: { outageToleranceMinutes: 20_159 },
  table: { eventExpiryDays: 28, encryption: "aws-managed" },
  alarms: { email: "oncall@example.com" },
  tags: { team: "events" },
};
const ONE_AT_A_TIME: EnvironmentSettings = {
  consumer: { maximumConcurrency: 1, reservedConcurrency: 1, timeoutSeconds: 1 },
  queue: { outageToleranceMinutes: 99 },
  senders: { "/": "github", "/a-b.c_d~e/f": "stripe" },
  alarms: { topicArn: "arn:aws:sns:us-east-1:123456789012:alerts" },
};

const EVERYTHING_BEHIND_A_PUBLISHER: EnvironmentSettings = {
  ...EVERYTHING,
  ingress: "lambda",
  publisher: { memoryMb: 10_240, timeoutSeconds: 29, reservedConcurrency: 1 },
  consumer: { ...EVERYTHING.consumer, maximumConcurrency: 899, reservedConcurrency: 899 },
  domain: { ...DOMAIN, hostedZoneId: "Z0123456789ABCDEFGHIJ" },
};
const SHORTEST_BEHIND_A_PUBLISHER: EnvironmentSettings = {
  ingress: "lambda",
  publisher: { memoryMb: 128, timeoutSeconds: 3 },
  queue: { retentionDays: 1, deadLetterRetentionDays: 1 },
  table: { rejectedExpiryDays: 14, eventExpiryDays: 2, deletionProtection: false },
};

/** As many sources as a function's environment holds, with names and secrets as long as they are in practice. */
const manySources = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `source-${i}`,
      { ...GITHUB, path: `/source-${i}/*`, signature: { scheme: "github" as const, secrets: [`ssm:/webhook/${i}`] } },
    ]),
  );
const SOURCES: EnvironmentSettings = {
  sources: { ...manySources(9), stripe: STRIPE, billing: HMAC, open: { ...NONE, path: "/" } },
  unmatched: "reject",
};
const SOURCES_BEHIND_A_PUBLISHER: EnvironmentSettings = {
  ...SOURCES,
  ingress: "lambda",
  sources: { ...SOURCES.sources, ...manySources(14), square: SQUARE, gitlab: GITLAB },
};

const CERTIFIED = { ...DOMAIN, name: "events.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ" };
const EXISTING_NETWORK = {
  kind: "existing" as const,
  subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
  securityGroupId: "sg-0123456789abcdef0",
};
/** The longest names, the most variables, every number at an end of its range. */
const EVERYTHING_IN_POSTGRES: EnvironmentSettings = {
  allowedCidrs: CIDRS,
  alarms: { email: "oncall@example.com" },
  queue: { outageToleranceMinutes: 2_985 },
  postgresSink: {
    consumer: {
      maximumConcurrency: 100,
      reservedConcurrency: 100,
      batchSize: 10_000,
      batchWindowSeconds: 300,
      timeoutSeconds: 900,
      memoryMb: 10_240,
    },
    network: { kind: "new", cidr: "192.168.255.0/24", zones: 6 },
    database: {
      kind: "new",
      engineVersion: "16.4",
      instanceClass: "db.r7g.16xlarge",
      storageGb: 100,
      storageCeilingGb: 65_536,
      multiAz: true,
      backupDays: 35,
      maxConnections: 5_000,
    },
    retention: { eventExpiryDays: 28, rejectedExpiryDays: 14 },
    domain: CERTIFIED,
  },
};
const IN_AN_EXISTING_DATABASE: EnvironmentSettings = {
  ingress: "lambda",
  postgresSink: {
    network: EXISTING_NETWORK,
    database: {
      kind: "existing",
      host: "events.abcdefghijkl.us-east-1.rds.amazonaws.com",
      name: "events",
      maxConnections: 400,
      vcpus: 8,
      resourceId: "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
      administratorSecretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-12345678-AbCdEf",
    },
  },
};
const sinks = Object.entries({
  ...environments,
  smallest: {},
  // The longest name that an environment can have.
  publishereverything01: EVERYTHING_IN_POSTGRES,
  publisher: { ...EVERYTHING_IN_POSTGRES, ingress: "lambda" },
  network: { postgresSink: { network: EXISTING_NETWORK } },
  database: IN_AN_EXISTING_DATABASE,
  sources: { ...SOURCES_BEHIND_A_PUBLISHER, postgresSink: {} },
} satisfies Record<string, EnvironmentSettings>).map(([environment, settings]) => ({
  name: `the PostgreSQL sink of ${environment}`,
  stack: synthesizedPostgresSink(settings, { environment }),
}));

const webhooks = Object.entries({
  ...environments,
  everything: EVERYTHING,
  oneatatime: ONE_AT_A_TIME,
  // The longest name that an environment can have.
  publishereverything01: EVERYTHING_BEHIND_A_PUBLISHER,
  shortest: SHORTEST_BEHIND_A_PUBLISHER,
  sources: SOURCES,
  publishersources0001: SOURCES_BEHIND_A_PUBLISHER,
}).map(([name, settings]) => ({ name, stack: synthesized(settings, name) }));
const stacks = [...webhooks, ...sinks, { name: "the bucket for state", stack: synthesizedStateBucket() }];

const alarms = { email: "oncall@example.com" };
const good = {
  direct: JSON.stringify(synthesized({ alarms })),
  lambda: JSON.stringify(
    synthesized({ alarms, ingress: "lambda", domain: { ...DOMAIN, hostedZoneId: "Z0123456789ABCDEFGHIJ" } }),
  ),
  postgres: JSON.stringify(synthesizedPostgresSink({ ingress: "lambda" })),
};

describe.each(RULES)("$name ($source)", ({ problems, breaks = "direct", breakIt, found }) => {
  test.each(stacks)("holds for $name", ({ stack }) => {
    expect(problems(stack)).toEqual([]);
  });

  test("is seen to be broken", () => {
    const stack = JSON.parse(good[breaks]);
    breakIt(stack);
    expect(problems(stack)).toEqual(found);
  });
});
