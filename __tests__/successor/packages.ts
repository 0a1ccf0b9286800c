/** The packages that the app is synthesized with, and their successors. */

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const SYNTHESIZER = /^(?:cdktf|@cdktf\/provider-[a-z0-9-]+)$/;

/** "cdktf" is "cdktn" there, "@cdktf/provider-aws/lib/x" is "@cdktn/provider-aws/lib/x"; all else has the same name. */
export function successorOf(name: string): string {
  return name.replace(/^(@?)cdktf(?=$|\/)/, "$1cdktn");
}

/** Names of the project's dependencies that synthesize, as they stand in its package.json. */
export function synthesizers(project: string): readonly string[] {
  const { dependencies } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  return Object.keys(dependencies).filter((name) => SYNTHESIZER.test(name));
}

/**
 * Installs the newest of each into a folder, and with them what they need of others.
 * @throws Error with npm's words
 */
export function install(folder: string, names: readonly string[]): void {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  // Nothing that is only looked at gets to run a script.
  const words = ["install", "--ignore-scripts", "--save-exact", ...quiet, ...names.map((name) => `${name}@latest`)];
  execFileSync("npm", words, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}

/** "cdktf 0.21.0, constructs 10.4.2", as installed for code in a folder. */
export function versions(folder: string, names: readonly string[]): string {
  const require = createRequire(join(folder, "package.json"));
  const stated = names.map((name) => `${name} ${(require(`${name}/package.json`) as { version: string }).version}`);
  return stated.join(", ");
}
