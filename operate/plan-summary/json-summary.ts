/** What the plans do, for a program. Pure. */
import type { Change } from "./plan";
import { countDangers, hasChanges, SHOWN_ACTIONS, type Summary } from "./summary";

/** Attributes by name only: their values are in the plan, for who may read it. */
export function jsonSummary(summary: Summary) {
  return {
    dangers: countDangers(summary),
    versions: summary.versions,
    stacks: summary.stacks.map((stack) => ({
      name: stack.plan.name,
      file: stack.plan.file,
      terraformVersion: stack.plan.terraformVersion,
      hasErrors: stack.plan.hasErrors,
      hasChanges: hasChanges(stack),
      counts: Object.fromEntries(SHOWN_ACTIONS.map((action) => [action, stack.changes[action].length])),
      dangers: stack.dangers,
      changes: SHOWN_ACTIONS.flatMap((action) => stack.changes[action].map(jsonChange)),
      outputs: stack.plan.outputs,
      changedOutsideTerraform: stack.plan.drifted,
    })),
  };
}

function jsonChange({ address, type, action, attributes, because, movedFrom, isImported, isDeposed }: Change) {
  return { address, type, action, attributes, because, movedFrom: movedFrom ?? null, isImported, isDeposed };
}
