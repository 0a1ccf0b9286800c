/** Which versions of the providers there are, and lock files that name them. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PluginMirror } from "./plugin-mirror";

const NAMESPACE = "registry.terraform.io/hashicorp";

/** The newest version of a provider that a mirror has, by the order of names. */
export function mirroredVersion(mirror: PluginMirror, provider: string): string {
  const versions = readdirSync(join(mirror.directory, NAMESPACE, provider)).sort();
  return versions.at(-1) ?? "";
}

const projectLockFile = () => readFileSync(join(__dirname, "../../.terraform.lock.hcl"), "utf8");
const versionOf = (provider: string) => new RegExp(`(${NAMESPACE}/${provider}" \\{\\n\\s+version\\s+= )"([^"]+)"`);

/** The versions that the project's lock file names. */
export function lockedVersions() {
  const locked = (provider: string) => versionOf(provider).exec(projectLockFile())?.[2] ?? "";
  return { archive: locked("archive"), aws: locked("aws") };
}

/** The project's lock file with other versions. */
export function lockFile(versions: Readonly<Record<string, string>>): string {
  return Object.entries(versions).reduce(
    (text, [provider, version]) => text.replace(versionOf(provider), `$1"${version}"`),
    projectLockFile(),
  );
}
