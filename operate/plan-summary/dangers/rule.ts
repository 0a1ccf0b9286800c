/** What every kind of danger is made of. */
import type { Change, Plan } from "../plan";
import { shown, type Value } from "../value";

/** What a reviewer must not overlook. Only `says` is prose; the rest are values of the plan. */
export interface Finding {
  /** One sentence or two: what will be, and what that means. */
  readonly says: string;
  readonly before?: string;
  readonly after?: string;
  /** Names out of the plan, such as the new actions of a policy. */
  readonly items?: readonly string[];
}

export interface Danger extends Finding {
  /** Kind of danger: the rule's id. */
  readonly rule: string;
  readonly address: string;
}

export interface Rule {
  readonly id: string;
  /** What it looks for, for docs/review.md. */
  readonly looksFor: string;
  /** Pure. @param plan the change's own, for what depends on its other changes */
  readonly find: (change: Change, plan: Plan) => readonly Finding[];
}

/** With the two values that a reader compares. */
export function compared(says: string, before: Value, after: Value): Finding {
  return { says, before: shown(before), after: shown(after) };
}
