/** Stacks, from their synthesis to a plan. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Plan, Validation } from "./plan-json";
import { findPluginMirror } from "./plugin-mirror";
import { declaredResources } from "./synthesized";
import { Workspace } from "./workspace";

export interface PlannedStack {
  readonly name: string;
  /** Addresses of the managed resources of its JSON. */
  readonly declared: readonly string[];
  readonly validation: Validation;
  readonly plan: Plan;
  readonly workspace: Workspace;
}

export interface PlanOptions {
  /** @returns the folders of the stacks, inside the given one */
  readonly synthesize: (output: string) => readonly string[];
  readonly awsUrl: string;
  /** What is done to a copy before Terraform sees it. @default nothing */
  readonly prepare?: (directory: string) => void;
}

/**
 * Plans a copy of each stack. What was synthesized is deleted before, so that nothing outside a copy can help.
 * The caller removes the workspaces; when a command fails they are removed here.
 */
export async function planStacks({ synthesize, awsUrl, prepare }: PlanOptions): Promise<readonly PlannedStack[]> {
  const output = mkdtempSync(join(tmpdir(), "webhook-synthesized-"));
  const mirror = findPluginMirror();
  const copies: { name: string; declared: readonly string[]; workspace: Workspace }[] = [];
  try {
    for (const stack of synthesize(output)) {
      const workspace = await Workspace.of(stack, awsUrl, mirror);
      copies.push({ name: basename(stack), declared: declaredResources(stack), workspace });
    }
    rmSync(output, { recursive: true });
    const planned: PlannedStack[] = [];
    for (const copy of copies) {
      prepare?.(copy.workspace.directory);
      planned.push({ ...copy, ...(await planCopy(copy.name, copy.workspace)) });
    }
    return planned;
  } catch (error) {
    for (const { workspace } of copies) workspace.remove();
    throw error;
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

async function planCopy(name: string, workspace: Workspace): Promise<{ validation: Validation; plan: Plan }> {
  await workspace.init();
  process.stderr.write(`${name}: ${await workspace.versions()}\n`);
  return { validation: await workspace.validate(), plan: await workspace.plan() };
}
