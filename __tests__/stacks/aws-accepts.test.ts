import { environments } from "../../environments";
import type { EnvironmentSettings } from "../../stacks/settings";
import { API_GATEWAY_RULES } from "./aws-rules/api-gateway";
import { API_GATEWAY_LAMBDA_RULES } from "./aws-rules/api-gateway-lambda";
import { CLOUDWATCH_RULES } from "./aws-rules/cloudwatch";
import { DOMAIN_RULES } from "./aws-rules/domain";
import { DYNAMODB_RULES } from "./aws-rules/dynamodb";
import { IAM_RULES } from "./aws-rules/iam";
import { LAMBDA_RULES } from "./aws-rules/lambda";
import { REFERENCE_RULES } from "./aws-rules/references";
import { S3_RULES } from "./aws-rules/s3";
import { SQS_RULES } from "./aws-rules/sqs";
import { synthesized, synthesizedStateBucket } from "./synthesized";

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

const webhooks = Object.entries({
  ...environments,
  everything: EVERYTHING,
  oneatatime: ONE_AT_A_TIME,
  // The longest name that an environment can have.
  publishereverything01: EVERYTHING_BEHIND_A_PUBLISHER,
  shortest: SHORTEST_BEHIND_A_PUBLISHER,
}).map(([name, settings]) => ({ name, stack: synthesized(settings, name) }));
const stacks = [...webhooks, { name: "the bucket for state", stack: synthesizedStateBucket() }];

const alarms = { email: "oncall@example.com" };
const good = {
  direct: JSON.stringify(synthesized({ alarms })),
  lambda: JSON.stringify(
    synthesized({ alarms, ingress: "lambda", domain: { ...DOMAIN, hostedZoneId: "Z0123456789ABCDEFGHIJ" } }),
  ),
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
