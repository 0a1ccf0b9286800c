/** Which providers make a plan: the plan does not say, the lock file does. Pure. */
import { lockUnreadable } from "./errors";

/** Source and version, such as "hashicorp/aws" → "6.25.0". */
export type LockedVersions = ReadonlyMap<string, string>;

export interface VersionChange {
  readonly provider: string;
  /** "none" where it was not there. */
  readonly before: string;
  readonly after: string;
  /** Another major version: it may read and write things otherwise. */
  readonly isMajor: boolean;
}

const BLOCK = /^provider "(?:registry\.terraform\.io\/)?([^"]+)" \{$([^}]*)^\}$/gm;
const VERSION = /^\s*version\s*=\s*"([^"]+)"$/m;

/**
 * Reads .terraform.lock.hcl as `terraform init` and `terraform providers lock` write it.
 * @throws PlanError where no provider is locked
 */
export function readLockFile(file: string, text: string): LockedVersions {
  const blocks = [...text.replaceAll("\r\n", "\n").matchAll(BLOCK)];
  const versions = blocks.flatMap(([, provider = "", body = ""]): [string, string][] => {
    const version = VERSION.exec(body)?.[1];
    return version === undefined ? [] : [[provider, version]];
  });
  if (versions.length === 0) throw lockUnreadable(file);
  return new Map(versions);
}

export function changedVersions(before: LockedVersions, after: LockedVersions): readonly VersionChange[] {
  const providers = [...new Set([...before.keys(), ...after.keys()])].sort();
  return providers.flatMap((provider) => {
    const [was = "none", becomes = "none"] = [before.get(provider), after.get(provider)];
    if (was === becomes) return [];
    const isMajor = was !== "none" && becomes !== "none" && majorOf(was) !== majorOf(becomes);
    return [{ provider, before: was, after: becomes, isMajor }];
  });
}

const majorOf = (version: string) => version.split(".", 1)[0];
