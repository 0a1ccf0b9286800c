/** Every message that somebody who plans sees instead of a plan. Usage faults: exit code 2, no stack trace. */
import { type MessageParts, messageOf, UsageError } from "../usage-error";

const USAGE_EXIT_CODE = 2;

export class CapacityError extends UsageError {
  override readonly name = "CapacityError";
  readonly exitCode = USAGE_EXIT_CODE;
}

const capacityError = (code: string, parts: MessageParts): CapacityError =>
  new CapacityError(code, messageOf(code, parts), parts);

const because = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

export const pricesUnreadable = (file: string, cause: unknown): CapacityError =>
  capacityError("CAPACITY_PRICES_UNREADABLE", {
    what: `${file} cannot be read as prices: ${because(cause)}`,
    rule: "It is a JSON object with the names of operate/prices.ts; what it leaves out has the list price.",
    remedy: 'Write, for example, { "asOf": "2027-01", "sqsPerMillion": 0.4, "rdsPerHour": { "db.m7g.large": 0.168 } }',
    cause,
  });

export const pricesInvalid = (file: string, mistakes: readonly string[]): CapacityError =>
  capacityError("CAPACITY_PRICES_INVALID", {
    what: `${file} has ${mistakes.length === 1 ? "a price" : `${mistakes.length} prices`} that cannot be used: ${mistakes.join("; ")}`,
    rule: "A price is a number of US dollars, 0 or more; the names are those of operate/prices.ts.",
    remedy: "Correct or remove it; what is left out has the list price.",
  });

export const chartUnwritable = (file: string, cause: unknown): CapacityError =>
  capacityError("CAPACITY_CHART_UNWRITABLE", {
    what: `${file} cannot be written: ${because(cause)}`,
    rule: "The chart goes there after the plans are made.",
    remedy: "Name a file in a folder that is there and may be written to.",
    cause,
  });
