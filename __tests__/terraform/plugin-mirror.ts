/**
 * A folder of provider binaries, for machines that cannot reach the registry. Without one Terraform downloads what it
 * needs, as a user's does.
 */

import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export interface PluginMirror {
  readonly directory: string;
  readonly hasArchive: boolean;
}

/** Names a mirror folder: what stands in it is registry.terraform.io/<namespace>/<provider>/<version>/<platform>/. */
export const MIRROR_VARIABLE = "TF_PLUGIN_MIRROR";

/** The variable first, then Terraform's implied local mirrors and the place where images like to keep one. */
const usualPlaces = () => [
  join(homedir(), ".terraform.d", "plugins"),
  "/usr/local/share/terraform/plugins",
  "/usr/share/terraform/plugins",
  "/opt/tf-plugins",
];

/**
 * @returns undefined when no place has the AWS provider: then the registry is used
 * @throws Error when the variable names a folder without it, since a wrong path must not become a download
 */
export function findPluginMirror(environment: NodeJS.ProcessEnv = process.env): PluginMirror | undefined {
  const named = environment[MIRROR_VARIABLE];
  if (named !== undefined && named !== "") {
    if (has(named, "aws")) return { directory: named, hasArchive: has(named, "archive") };
    throw new Error(
      `${MIRROR_VARIABLE} is "${named}", where registry.terraform.io/hashicorp/aws does not exist.\n` +
        "  Name the folder that holds registry.terraform.io/, or unset the variable to use the registry.",
    );
  }
  const directory = usualPlaces().find((place) => has(place, "aws"));
  return directory === undefined ? undefined : { directory, hasArchive: has(directory, "archive") };
}

function has(directory: string, provider: string): boolean {
  const versions = join(directory, "registry.terraform.io", "hashicorp", provider);
  return existsSync(versions) && readdirSync(versions).length > 0;
}
