/** A stack's whole life: planned, applied, planned again, destroyed. */

import { join } from "node:path";
import { type Deployed, readDeployed } from "./deployed";
import { type DeployedArchive, deployedArchives } from "./deployed-archives";
import { differences, explanation, type KnownDifference } from "./drift";
import { type Exercised, exercise } from "./exercised";
import { type Inventory, inventory } from "./inventory";
import type { Plan } from "./plan-json";
import { type PlannedStack, planStacks } from "./planned-stacks";
import { synthesizeSettings } from "./synthesized";
import { settingsOf, type Variant } from "./variants";

export interface AppliedStack {
  readonly planned: PlannedStack;
  readonly archives: readonly DeployedArchive[];
  /** After the apply. */
  readonly present: Inventory;
  readonly deployed: Deployed;
  /** Made after the apply, of the same configuration. */
  readonly second: Plan;
  /** The same, with the attributes of the known differences ignored: these cannot hide others. */
  readonly judged: Plan;
  /** After somebody else has changed what was applied. Absent: nobody has. */
  readonly meddled?: Plan;
  readonly exercised: Exercised;
  /** After the destroy. */
  readonly left: { readonly state: readonly string[]; readonly inventory: Inventory };
}

export interface LifeOptions {
  readonly awsUrl: string;
  /** Differences that the emulator makes. */
  readonly known: readonly KnownDifference[];
  /** Of an event that goes through what was deployed, before it is destroyed. */
  readonly body: string;
  /** Changes past Terraform what was applied. @default nothing does */
  readonly meddle?: (deployed: Deployed) => Promise<void>;
}

/** From the settings to nothing left. */
export async function applyAndDestroy(variant: Variant, options: LifeOptions): Promise<AppliedStack> {
  const { awsUrl, known, meddle } = options;
  const { name } = variant;
  const synthesize = (output: string) => synthesizeSettings(name, settingsOf(variant), output);
  const [planned] = await planStacks({ synthesize, awsUrl });
  if (planned === undefined) throw new Error(`${name} has no stack.`);
  const { workspace } = planned;
  try {
    const archives = deployedArchives(planned.plan, workspace.directory);
    await workspace.apply();
    const [present, deployed] = await Promise.all([inventory(awsUrl, name), readDeployed(awsUrl, name)]);
    const second = await workspace.plan();
    const judged = await workspace.planIgnoring(ignoring(second, known));
    await meddle?.(deployed);
    const meddled = meddle === undefined ? {} : { meddled: await workspace.plan() };
    const exercised = await exercise({
      awsUrl,
      environment: name,
      deployed,
      zipOf: (end) => join(workspace.directory, `${end}.zip`),
      body: options.body,
    });
    await workspace.destroy();
    const left = { state: await workspace.stateAddresses(), inventory: await inventory(awsUrl, name) };
    return { planned, archives, present, deployed, second, judged, ...meddled, exercised, left };
  } finally {
    workspace.remove();
  }
}

/** By address, the attributes whose differences are known. */
export function ignoring(plan: Plan, known: readonly KnownDifference[]): Record<string, string[]> {
  const ignored: Record<string, string[]> = {};
  for (const difference of differences(plan)) {
    if (explanation(difference, known) === undefined) continue;
    ignored[difference.address] = [...(ignored[difference.address] ?? []), difference.what];
  }
  return ignored;
}
