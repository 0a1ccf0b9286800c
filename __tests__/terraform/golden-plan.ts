/** A plan as it is kept in the repository: what Terraform said of what changes, and nothing of the rest. */

import { join } from "node:path";

export const PLANS = join(__dirname, "..", "operate", "plan-summary", "plans");

interface ShownPlan {
  readonly resource_changes?: readonly {
    readonly previous_address?: string;
    readonly change: { readonly actions: readonly string[] };
  }[];
  readonly [part: string]: unknown;
}

/** Enough of what stays to see that it is left out. */
const UNCHANGED = 2;
const KEPT = [
  "format_version",
  "terraform_version",
  "applyable",
  "complete",
  "errored",
  "output_changes",
  "resource_drift",
];

/** @param shown what `terraform show -json` printed */
export function goldenPlan(shown: string): string {
  const plan = JSON.parse(shown) as ShownPlan;
  const changes = plan.resource_changes ?? [];
  const isOpen = ({ change, previous_address: moved }: (typeof changes)[number]) =>
    change.actions[0] !== "no-op" || moved !== undefined;
  const kept = Object.fromEntries(KEPT.filter((part) => part in plan).map((part) => [part, plan[part]]));
  return `${JSON.stringify(
    {
      ...kept,
      planned_values: { root_module: {} },
      resource_changes: [...changes.filter(isOpen), ...changes.filter((change) => !isOpen(change)).slice(0, UNCHANGED)],
    },
    null,
    2,
  )}\n`;
}
