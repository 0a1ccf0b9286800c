import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bundleMissing } from "./errors";

/**
 * Changes with the code, the numbered SQL and what the users are given: whoever sees another one migrates again, which
 * is always safe.
 * @param directory of the bundle, with the folder migrations/ in it
 * @param limits what the roles are given, by the names of the environment variables
 * @returns hexadecimal SHA-256
 * @throws UsageError where the bundle has not been built
 */
export function migrationsHash(directory: string, limits: Readonly<Record<string, string>>): string {
  const folder = join(directory, "migrations");
  if (!existsSync(folder)) throw bundleMissing(folder);
  const files = readdirSync(folder).sort();
  const content = files.map((name) => [name, readFileSync(join(folder, name), "utf8")]);
  const code = join(directory, "index.js");
  if (!existsSync(code)) throw bundleMissing(code);
  return createHash("sha256")
    .update(JSON.stringify([content, readFileSync(code, "utf8"), Object.entries(limits).sort()]))
    .digest("hex");
}
