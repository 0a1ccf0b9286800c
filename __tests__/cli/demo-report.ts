/** Runs the demonstration as a person does, with its report as JSON. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { webhook } from "./command";

export async function demo(...args: readonly string[]) {
  const directory = mkdtempSync(join(tmpdir(), "webhook-demo-"));
  const file = join(directory, "report.json");
  const finished = await webhook("demo", ...args, "--json", file);
  const report = JSON.parse(readFileSync(file, "utf8"));
  rmSync(directory, { recursive: true });
  return { ...finished, report };
}
