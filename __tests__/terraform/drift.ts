/** What a plan would still do to a stack that has just been applied. Pure. */

import { isDeepStrictEqual } from "node:util";
import type { Plan } from "./plan-json";

export interface Difference {
  readonly address: string;
  readonly type: string;
  /** Name of an attribute that would be updated, else what would be done to the whole. */
  readonly what: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** A difference that the emulator makes, not the stack. */
export interface KnownDifference {
  readonly type: string;
  readonly attribute: string;
  readonly reason: string;
  /** Whether it is this difference and no other of the same attribute. */
  readonly explains: (before: unknown, after: unknown) => boolean;
}

/** Of resources, data sources that have to be read again, and outputs; in the order of the plan. */
export function differences({ resource_changes, output_changes = {} }: Plan): readonly Difference[] {
  const ofResources = resource_changes.flatMap(({ address, type, change }) => {
    const { actions, before, after, after_unknown: unknown = {} } = change;
    if (isDeepStrictEqual(actions, ["no-op"])) return [];
    if (!isDeepStrictEqual(actions, ["update"])) return [{ address, type, what: actions.join(" and ") }];
    const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {}), ...Object.keys(unknown)])];
    return names
      .map((what) => ({ address, type, what, before: before?.[what], after: after?.[what] }))
      .filter(({ what, before, after }) => !isDeepStrictEqual(before, after) || holdsUnknown(unknown[what]));
  });
  const ofOutputs = Object.entries(output_changes)
    .filter(([, { actions }]) => !isDeepStrictEqual(actions, ["no-op"]))
    .map(([name, { actions }]) => ({ address: `output.${name}`, type: "output", what: actions.join(" and ") }));
  return [...ofResources, ...ofOutputs];
}

/** Which entry explains a difference. */
export function explanation(
  { type, what, before, after }: Difference,
  known: readonly KnownDifference[],
): KnownDifference | undefined {
  return known.find((entry) => entry.type === type && entry.attribute === what && entry.explains(before, after));
}

/** A line each for what no entry explains. */
export function unexplained(plan: Plan, known: readonly KnownDifference[]): readonly string[] {
  return differences(plan)
    .filter((difference) => explanation(difference, known) === undefined)
    .map(({ address, what, before, after }) =>
      before === undefined && after === undefined
        ? `${address}: ${what}`
        : `${address}: ${what} from ${JSON.stringify(before)} to ${JSON.stringify(after)}`,
    );
}

const holdsUnknown = (mask: unknown): boolean =>
  mask === true || (typeof mask === "object" && mask !== null && Object.values(mask).some(holdsUnknown));
