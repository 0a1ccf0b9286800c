/** `plan-summary` as a person runs it, on files in a folder of the test's own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Finished, webhook } from "../../cli/command";

export const PLANS = join(__dirname, "plans");
export const golden = (name: string): string => join(PLANS, `${name}.json`);

export function planSummary(...args: readonly string[]): Promise<Finished> {
  return webhook("plan-summary", ...args);
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** @returns the file's path */
export function written(content: string | Uint8Array, name = "plan.json"): string {
  const folder = mkdtempSync(join(tmpdir(), "webhook-plans-"));
  folders.push(folder);
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}
