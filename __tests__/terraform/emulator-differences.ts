/**
 * What a plan shows after an apply although nothing has changed: moto's doing (5.2.1), and nothing else. An entry that
 * no longer occurs fails apply.test.ts or sink-apply.test.ts, so that none stays longer than it is needed.
 *
 * What moto lacks so that an apply or a destroy would not end is added in front of it: moto-additions.ts.
 */

import { isDeepStrictEqual } from "node:util";
import type { KnownDifference } from "./drift";

export interface EmulatorDifference extends KnownDifference {
  /** Whether only a stack with PostgreSQL shows it. @default false */
  readonly isSinks?: boolean;
}

export const EMULATOR_DIFFERENCES: readonly EmulatorDifference[] = [
  {
    type: "aws_lambda_function",
    attribute: "logging_config",
    reason: "moto does not store a function's logging configuration",
    explains: (before) => isDeepStrictEqual(before, []),
  },
  {
    type: "aws_sqs_queue",
    attribute: "redrive_policy",
    reason: "moto returns the same JSON with other white space, where SQS returns the text that it was given",
    explains: (before, after) => isDeepStrictEqual(JSON.parse(String(before)), JSON.parse(String(after))),
  },
  {
    type: "aws_db_instance",
    attribute: "performance_insights_enabled",
    isSinks: true,
    reason: "moto does not store whether Performance Insights is on",
    explains: (before, after) => before === false && after === true,
  },
  ...["ingress", "egress"].map((direction) => ({
    type: `aws_vpc_security_group_${direction}_rule`,
    attribute: "description",
    isSinks: true,
    reason: "moto does not store the description of a rule that names a group or a prefix list",
    explains: (before: unknown) => before === null,
  })),
];
