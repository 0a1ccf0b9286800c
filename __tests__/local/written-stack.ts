/** Terraform JSON on disk, as a synthesis leaves it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Origins, readTemplate, type Template } from "../../local/template";

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** An empty folder that is gone after the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "webhook-stack-"));
  folders.push(folder);
  return folder;
}

/** @param content as text, or as what is written as JSON. @returns the stack's folder */
export function writeStack(content: unknown): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "cdk.tf.json"), typeof content === "string" ? content : JSON.stringify(content));
  return folder;
}

export const ORIGINS: Origins = { aws: "http://127.0.0.1:1", api: "http://127.0.0.1:2" };

export function templateOf(content: unknown, origins: Origins = ORIGINS): Template {
  return readTemplate(writeStack(content), origins);
}
