/** From the bytes of a file to a plan. Pure. */
import { basename, dirname } from "node:path";
import { z } from "zod";
import { malformed } from "./errors";
import type { Action, Change, Plan } from "./plan";
import { planJson } from "./plan-json";
import { canonical, masked } from "./value";

const names = z.array(z.string());
const change = z.looseObject({
  address: z.string(),
  previous_address: z.string().optional(),
  mode: z.string().default("managed"),
  type: z.string(),
  deposed: z.string().optional(),
  action_reason: z.string().optional(),
  change: z.looseObject({
    actions: names,
    before: z.unknown().optional(),
    after: z.unknown().optional(),
    after_unknown: z.unknown().optional(),
    before_sensitive: z.unknown().optional(),
    after_sensitive: z.unknown().optional(),
    replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
    importing: z.unknown().optional(),
  }),
});
type PlannedChange = z.output<typeof change>;

const plan = z.looseObject({
  terraform_version: z.string().default("unknown"),
  errored: z.boolean().default(false),
  resource_changes: z.array(change).default([]),
  resource_drift: z.array(change).default([]),
  output_changes: z.record(z.string(), z.looseObject({ actions: names })).default({}),
});

/**
 * @param file its path as given: names the stack, and stands in messages
 * @throws PlanError that says what the file is instead of a plan
 */
export function readPlan(file: string, bytes: Uint8Array): Plan {
  const { success, data, error } = plan.safeParse(planJson(file, bytes));
  if (!success) {
    const [issue] = error.issues;
    throw malformed(file, `${issue?.path.join(".") || "it"}: ${issue?.message ?? "unknown problem"}`);
  }
  return {
    name: nameOf(file),
    file,
    terraformVersion: data.terraform_version,
    hasErrors: data.errored,
    changes: data.resource_changes.filter(({ mode }) => mode === "managed").map(changeOf),
    drifted: data.resource_drift.filter(({ mode }) => mode === "managed").map(({ address }) => address),
    outputs: Object.entries(data.output_changes)
      .filter(([, { actions }]) => actionOf(actions) !== "none")
      .map(([name]) => name),
  };
}

/** "webhook-dev" of plans/webhook-dev.json, and of webhook-dev/plan.json. */
function nameOf(file: string): string {
  const name = basename(file, ".json");
  const folder = basename(dirname(file));
  return /^(tf)?plan$/i.test(name) && /[^.]/.test(folder) ? folder : name;
}

function actionOf(actions: readonly string[]): Action {
  const has = (action: string) => actions.includes(action);
  if (has("create")) return has("delete") || has("forget") ? "replace" : "create";
  if (has("delete")) return "destroy";
  if (has("forget")) return "forget";
  if (has("update")) return "update";
  return has("read") ? "read" : "none";
}

const isThere = (value: unknown): boolean => value !== null && value !== undefined;

function changeOf(planned: PlannedChange): Change {
  const { before, after, after_unknown: unknown, ...rest } = planned.change;
  const isImported = isThere(rest.importing);
  const isMoved = isImported || planned.previous_address !== undefined;
  const done = actionOf(rest.actions);
  const action = done === "none" && isMoved ? "move" : done;
  // Both for both: what is no longer marked is still the value that was.
  const sensitive = [rest.before_sensitive, rest.after_sensitive];
  return {
    address: planned.address,
    type: planned.type,
    action,
    before: isThere(before) ? masked(before, { sensitive }) : undefined,
    after: isThere(after) ? masked(after, { sensitive, unknown }) : undefined,
    attributes: action === "update" ? differing(planned.change) : [],
    because: action === "replace" ? reasons(planned) : [],
    movedFrom: planned.previous_address,
    isImported,
    isDeposed: planned.deposed !== undefined,
  };
}

/** Compared before anything is masked, or a changed secret would look unchanged. */
function differing({ before, after, after_unknown: unknown }: PlannedChange["change"]): string[] {
  const [old, now, open] = [record(before), record(after), record(unknown)];
  const all = new Set([...Object.keys(old), ...Object.keys(now), ...Object.keys(open)]);
  const differs = (name: string) =>
    canonical(old[name]) !== canonical(now[name]) || ((open[name] ?? false) !== false && isMarked(open[name]));
  return [...all].filter(differs).sort();
}

const isMarked = (mask: unknown): boolean =>
  mask === true || (typeof mask === "object" && mask !== null && Object.values(mask).some(isMarked));

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

const REASONS: Readonly<Record<string, string>> = {
  replace_because_tainted: "its creation failed (tainted)",
  replace_by_request: "asked for with -replace",
  replace_by_triggers: "its replace_triggered_by",
};

function reasons({ action_reason: reason, change: { replace_paths: paths = [] } }: PlannedChange): string[] {
  const told = reason === undefined ? undefined : REASONS[reason];
  return [...paths.map((path) => path.join(".")), ...(told === undefined ? [] : [told])];
}
