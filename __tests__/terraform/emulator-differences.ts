/**
 * What a plan shows after an apply although nothing has changed: moto's doing (5.2.1), and nothing else. An entry that
 * no longer occurs fails apply.test.ts, so that none stays longer than it is needed.
 *
 * What moto lacks so that an apply would not end is added in front of it: redrive-allow-policy.ts.
 */

import { isDeepStrictEqual } from "node:util";
import type { KnownDifference } from "./drift";

export const EMULATOR_DIFFERENCES: readonly KnownDifference[] = [
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
];
