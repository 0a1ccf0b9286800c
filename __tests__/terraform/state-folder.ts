/** A folder with a stack's own account of its state, and one resource that needs no provider. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentSettings } from "../../stacks/settings";
import { synthesized } from "../stacks/synthesized";
import { terraformEnvironment } from "./terraform-environment";

/** Whatever runs while the resource is made: `local-exec` of Terraform. */
export interface Provisioned {
  readonly command: string;
}

/**
 * Writes the folder as deep below `root` as a synthesized stack stands below the project: the local backend's path
 * climbs from there.
 */
export function writeStateFolder(
  root: string,
  environment: string,
  state: NonNullable<EnvironmentSettings["state"]>,
  provisioned?: Provisioned,
): string {
  const folder = join(root, "cdktf.out", "stacks", `webhook-${environment}`);
  const { backend, required_version } = synthesized({ state }, environment).terraform;
  const provisioner = provisioned === undefined ? undefined : [{ "local-exec": provisioned }];
  const json = {
    terraform: { backend, required_version },
    resource: { terraform_data: { event: { input: "stored", provisioner } } },
    output: { event: { value: "${terraform_data.event.output}" } },
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(json));
  return folder;
}

/** For Terraform in such a folder: no provider is looked for anywhere. */
export function stateEnvironment(root: string, awsUrl: string): NodeJS.ProcessEnv {
  const mirror = { directory: root, hasArchive: true };
  return terraformEnvironment({ settingsFolder: root, awsUrl, mirror, reattach: undefined });
}
