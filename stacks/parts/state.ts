import { LocalBackend, S3Backend, type TerraformStack } from "cdktf";
import { stateKey } from "../names";
import type { StateSettings } from "../state-settings";
import { CloudState } from "./cloud-state";

/** First with every feature that the stacks use. */
const TERRAFORM = ">= 1.5.0";
/** First in which S3's lock files are not an experiment (Terraform 1.11 upgrade guide). */
const TERRAFORM_WITH_S3_LOCKS = ">= 1.11.0";

export interface StateProps {
  readonly environment: string;
  /** The environment's; the bucket's where it does not name another. */
  readonly region: string;
  readonly state: StateSettings;
}

/** Where Terraform keeps the stack's state, and the Terraform that this needs. */
export function addState(stack: TerraformStack, { environment, region, state }: StateProps): void {
  switch (state.kind) {
    case "local":
      addLocalState(stack, stack.node.id);
      break;
    case "s3": {
      const backend = new S3Backend(stack, {
        bucket: state.bucket,
        key: stateKey(state.keyPrefix, environment, stack.node.id),
        region: state.region ?? region,
        encrypt: true,
      });
      // The bindings are older than it.
      backend.addOverride("use_lockfile", true);
      requireTerraform(stack, TERRAFORM_WITH_S3_LOCKS);
      break;
    }
    case "cloud":
      new CloudState(stack, state);
      requireTerraform(stack, TERRAFORM);
  }
}

/**
 * State in a file beside the output folder, as cdktf does by itself, but by a path that is the same on every machine.
 * Terraform resolves it against the stack's folder, cdktf.out/stacks/<name>. That folder is no place for state: `cdktf synth`
 * deletes those of stacks that it did not make, which is the other environment's.
 */
export function addLocalState(stack: TerraformStack, name: string): void {
  new LocalBackend(stack, { path: `../../../terraform.${name}.tfstate` });
  requireTerraform(stack, TERRAFORM);
}

function requireTerraform(stack: TerraformStack, version: string): void {
  stack.addOverride("terraform.required_version", version);
}
