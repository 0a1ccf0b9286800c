/** Plans as a reviewer with a minute reads them. Pure. */

import type { Danger } from "./dangers/rule";
import { dangersOf } from "./dangers/rules";
import type { VersionChange } from "./lock-file";
import { type Action, type Change, isLost, type Plan } from "./plan";

export interface StackSummary {
  readonly plan: Plan;
  readonly dangers: readonly Danger[];
  /** Without what stays as it is. */
  readonly changes: Readonly<Record<ShownAction, readonly Change[]>>;
}

/** In the order in which they are shown. */
export const SHOWN_ACTIONS = [
  "destroy",
  "replace",
  "update",
  "create",
  "forget",
  "move",
] as const satisfies readonly Action[];
export type ShownAction = (typeof SHOWN_ACTIONS)[number];

export interface Summary {
  readonly stacks: readonly StackSummary[];
  readonly versions: readonly VersionChange[];
}

export function summarize(plans: readonly Plan[], versions: readonly VersionChange[] = []): Summary {
  return { stacks: plans.map(ofStack), versions };
}

function ofStack(plan: Plan): StackSummary {
  const of = (action: Action) => plan.changes.filter((change) => change.action === action);
  const changes = {
    destroy: of("destroy"),
    replace: of("replace"),
    update: of("update"),
    create: of("create"),
    forget: of("forget"),
    move: of("move"),
  };
  return { plan, dangers: [...aboutThePlan(plan), ...dangersOf(plan)], changes };
}

/** What is said of no single resource. */
function aboutThePlan(plan: Plan): readonly Danger[] {
  const managed = plan.changes.filter(({ isDeposed }) => !isDeposed);
  const says = [
    ...(plan.hasErrors ? ["Terraform met an error: the plan lacks what comes after it."] : []),
    ...(managed.length > 1 && managed.every((change) => isLost(change) && change.action === "destroy")
      ? [`The whole stack is destroyed: each of its ${managed.length} resources.`]
      : []),
  ];
  return says.map((each) => ({
    rule: plan.hasErrors ? "plan-incomplete" : "stack-destroyed",
    address: "",
    says: each,
  }));
}

/** Dangers of plans and of provider versions, which are told apart only by who is in danger. */
export function countDangers({ stacks, versions }: Summary): number {
  const major = versions.filter(({ isMajor }) => isMajor).length;
  return stacks.reduce((sum, { dangers }) => sum + dangers.length, major);
}

export function hasChanges({ changes, plan }: StackSummary): boolean {
  return SHOWN_ACTIONS.some((action) => changes[action].length > 0) || plan.outputs.length > 0;
}
