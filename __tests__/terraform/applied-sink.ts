/** The whole life of a stack with PostgreSQL: planned, applied, planned again and changed, destroyed. */

import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ignoring } from "./applied-stack";
import { type DeployedArchive, deployedArchives } from "./deployed-archives";
import { type DeployedSink, readDeployedSink } from "./deployed-sink";
import type { KnownDifference } from "./drift";
import { type Inventory, inventory } from "./inventory";
import type { Plan } from "./plan-json";
import { type PlannedStack, planStacks } from "./planned-stacks";
import { CHANGED_VALUES, type SinkVariant, type Surroundings, sinkSettings } from "./sink-variants";
import { FUNCTIONS_DIRECTORY, synthesizeSink } from "./synthesized";
import type { Workspace } from "./workspace";

export interface AppliedSink {
  readonly planned: PlannedStack;
  readonly archives: readonly DeployedArchive[];
  /** What was said of an apply that failed before, and what was there then. Absent: none failed. */
  readonly failed?: { readonly said: string; readonly present: Inventory };
  /** What the apply printed. */
  readonly printed: string;
  readonly state: string;
  readonly present: Inventory;
  readonly deployed: DeployedSink;
  /** Made after the apply, of the same configuration. */
  readonly second: Plan;
  /** The same, with the attributes of the known differences ignored: these cannot hide others. */
  readonly judged: Plan;
  /** Of other settings and other SQL. Absent: not asked for. */
  readonly changed?: Plan;
  /** After the destroy. */
  readonly left: { readonly state: readonly string[]; readonly inventory: Inventory };
}

export interface SinkLifeOptions {
  readonly awsUrl: string;
  readonly surroundings: Surroundings;
  readonly known: readonly KnownDifference[];
  /** What is mended after an apply that has to fail. @default none does */
  readonly mend?: () => void;
  /** Whether a change is planned too. @default false */
  readonly change?: boolean;
}

/** From the settings to nothing left. */
export async function applyAndDestroySink(variant: SinkVariant, options: SinkLifeOptions): Promise<AppliedSink> {
  const { awsUrl, surroundings, mend } = options;
  const { name } = variant;
  const functionsDirectory = mkdtempSync(join(tmpdir(), "webhook-sink-functions-"));
  // A build meanwhile would be a change that nobody asked for.
  cpSync(FUNCTIONS_DIRECTORY, functionsDirectory, { recursive: true });
  const synthesize = (output: string) =>
    synthesizeSink(name, sinkSettings(variant, surroundings), output, { functionsDirectory });
  const [planned] = await planStacks({ synthesize, awsUrl });
  if (planned === undefined) throw new Error(`${name} has no stack.`);
  const { workspace } = planned;
  try {
    const archives = deployedArchives(planned.plan, workspace.directory);
    const failed = mend === undefined ? {} : { failed: await failedApply(workspace, () => inventory(awsUrl, name)) };
    if (mend !== undefined) {
      mend();
      // An update of the queue for moto's white space would take its policy away: moto forgets one that is not given again.
      await workspace.planIgnoring(ignoring(await workspace.plan(), options.known));
    }
    const printed = await workspace.apply();
    const state = await workspace.state();
    const [present, deployed] = await Promise.all([inventory(awsUrl, name), readDeployedSink(awsUrl, name)]);
    const second = await workspace.plan();
    const judged = await workspace.planIgnoring(ignoring(second, options.known));
    const changed =
      options.change === true ? { changed: await planOfChange(workspace, variant, options, functionsDirectory) } : {};
    await workspace.destroy();
    const left = { state: await workspace.stateAddresses(), inventory: await inventory(awsUrl, name) };
    return { planned, archives, ...failed, printed, state, present, deployed, second, judged, ...changed, left };
  } finally {
    workspace.remove();
    rmSync(functionsDirectory, { recursive: true });
  }
}

async function failedApply(workspace: Workspace, look: () => Promise<Inventory>) {
  const said = await workspace.apply().then(
    () => "(it succeeded)",
    (error: Error) => error.message,
  );
  return { said, present: await look() };
}

/** More concurrency, more connections, and a comment in the last migration. @param functionsDirectory is changed */
async function planOfChange(
  workspace: Workspace,
  variant: SinkVariant,
  { surroundings }: SinkLifeOptions,
  functionsDirectory: string,
): Promise<Plan> {
  const migrations = join(functionsDirectory, "migrate", "migrations");
  appendFileSync(join(migrations, readdirSync(migrations).sort().at(-1) ?? ""), "\n-- Changed.\n");
  const output = mkdtempSync(join(tmpdir(), "webhook-changed-sink-"));
  try {
    const settings = sinkSettings(variant, surroundings, CHANGED_VALUES);
    const [stack = ""] = synthesizeSink(variant.name, settings, output, { functionsDirectory });
    return await workspace.planOf(stack);
  } finally {
    rmSync(output, { recursive: true });
  }
}
