import { environments } from "../../environments";
import type { EnvironmentSettings } from "../../stacks/settings";
import { API_GATEWAY_RULES } from "./aws-rules/api-gateway";
import { CLOUDWATCH_RULES } from "./aws-rules/cloudwatch";
import { DYNAMODB_RULES } from "./aws-rules/dynamodb";
import { IAM_RULES } from "./aws-rules/iam";
import { LAMBDA_RULES } from "./aws-rules/lambda";
import { REFERENCE_RULES } from "./aws-rules/references";
import { SQS_RULES } from "./aws-rules/sqs";
import { synthesized } from "./synthesized";

/** Rules that AWS has and that an emulator does not enforce (terraform-offline runs accept all of these mistakes). */
const RULES = [
  ...API_GATEWAY_RULES,
  ...SQS_RULES,
  ...LAMBDA_RULES,
  ...DYNAMODB_RULES,
  ...IAM_RULES,
  ...CLOUDWATCH_RULES,
  ...REFERENCE_RULES,
];

/** Every optional part in use, every number at an end of its range. */
const EVERYTHING: EnvironmentSettings = {
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

const stacks = Object.entries({ ...environments, everything: EVERYTHING, oneatatime: ONE_AT_A_TIME }).map(
  ([name, settings]) => ({ name, stack: synthesized(settings, name) }),
);
const good = JSON.stringify(synthesized({ alarms: { email: "oncall@example.com" } }));

describe.each(RULES)("$name ($source)", ({ problems, breakIt, found }) => {
  test.each(stacks)("holds for $name", ({ stack }) => {
    expect(problems(stack)).toEqual([]);
  });

  test("is seen to be broken", () => {
    const stack = JSON.parse(good);
    breakIt(stack);
    expect(problems(stack)).toEqual(found);
  });
});
