/** The versions of the providers that every machine gets. See docs/decisions/0005-provider-versions.md. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const LOCK_FILE = ".terraform.lock.hcl";
const ENTRY = /^provider "([^"]+)" \{\n[^}]*?^\}\n/gm;
const VERSION = /^\s*version\s*=\s*"([^"]+)"/m;

/**
 * Puts the entries that a stack needs of the project's lock file into the stack's folder, where Terraform looks for
 * them. Without a lock file of the project Terraform takes the newest versions that the stack allows.
 */
export function lockProviders(projectDirectory: string, stackDirectory: string): void {
  const projectFile = join(projectDirectory, LOCK_FILE);
  if (!existsSync(projectFile)) return;
  const required = requiredProviders(stackDirectory);
  const entries = entriesOf(readFileSync(projectFile, "utf8")).filter(({ provider }) => required.has(provider));
  const stackFile = join(stackDirectory, LOCK_FILE);
  if (existsSync(stackFile) && addsChecksumsOnly(readFileSync(stackFile, "utf8"), entries)) return;
  writeFileSync(stackFile, entries.map(({ text }) => text).join("\n"));
}

interface Entry {
  readonly provider: string;
  readonly version: string | undefined;
  readonly text: string;
}

function entriesOf(file: string): Entry[] {
  return [...file.matchAll(ENTRY)].map(([text, provider = ""]) => ({
    provider,
    version: VERSION.exec(text)?.[1],
    text,
  }));
}

function requiredProviders(stackDirectory: string): Set<string> {
  const { terraform } = JSON.parse(readFileSync(join(stackDirectory, "cdk.tf.json"), "utf8")) as {
    terraform: { required_providers: Record<string, { source: string }> };
  };
  return new Set(Object.values(terraform.required_providers).map(({ source }) => address(source)));
}

/** In full, as a lock file has it: "aws" and "hashicorp/aws" are short for it. */
function address(source: string): string {
  const defaults = ["registry.terraform.io", "hashicorp"];
  const parts = source.split("/");
  return [...defaults.slice(0, 3 - parts.length), ...parts].join("/");
}

/** `terraform init` adds checksums that the project does not have: without them it would download everything again. */
function addsChecksumsOnly(file: string, entries: readonly Entry[]): boolean {
  if (entries.some(({ text }) => text.includes("hashes"))) return false;
  const chosen = (of: readonly Entry[]) =>
    of
      .map(({ provider, version }) => `${provider} ${version}`)
      .sort()
      .join("\n");
  return chosen(entriesOf(file)) === chosen(entries);
}
