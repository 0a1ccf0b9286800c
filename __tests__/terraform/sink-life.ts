/** A stack with PostgreSQL in an AWS of its own, from its settings to nothing left. */

import { type AppliedSink, applyAndDestroySink } from "./applied-sink";
import { startEmulatedAws } from "./emulated-aws";
import { EMULATOR_DIFFERENCES } from "./emulator-differences";
import type { Outcome } from "./invoked-function";
import { makeSurroundings } from "./sink-surroundings";
import type { SinkVariant, Surroundings } from "./sink-variants";

export interface SinkLife {
  readonly applied: AppliedSink;
  readonly surroundings: Surroundings;
  /** What the function in the VPC was called with. */
  readonly payloads: readonly unknown[];
  /** What migrate-start printed. */
  readonly log: string;
}

export interface SinkLifeChoices {
  /** What the migrations say when they fail, until the apply has failed with it. @default they do not fail */
  readonly mistake?: string;
  /** Whether a change is planned too. */
  readonly change: boolean;
}

/** Not one AWS for all: moto gives every database the same resource id, by which the provider finds it. */
export async function liveSink(variant: SinkVariant, { mistake, change }: SinkLifeChoices): Promise<SinkLife> {
  const aws = await startEmulatedAws();
  try {
    const surroundings = await makeSurroundings(aws.url);
    const payloads: unknown[] = [];
    const migrated: Outcome<unknown> = { answer: { applied: ["0001_events"], alreadyThere: 0 }, printed: "" };
    let outcome = migrated;
    // There is no database behind moto's; the migrations themselves are tested in __tests__/functions.
    aws.functions.standIn(`${variant.name}-postgres-sink-migrate`, (payload) => {
      payloads.push(payload);
      return outcome;
    });
    if (mistake !== undefined) {
      outcome = { error: { errorType: "MigrationError", errorMessage: mistake }, printed: "" };
    }
    const mend = () => {
      outcome = migrated;
    };
    const applied = await applyAndDestroySink(variant, {
      awsUrl: aws.url,
      surroundings,
      known: EMULATOR_DIFFERENCES,
      ...(mistake === undefined ? {} : { mend }),
      change,
    });
    return { applied, surroundings, payloads, log: aws.functions.logOf(`${variant.name}-postgres-sink-migrate-start`) };
  } finally {
    await aws.stop();
  }
}
