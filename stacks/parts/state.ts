import { LocalBackend, type TerraformStack } from "cdktf";

/**
 * State in a file beside the output folder, as cdktf does by itself, but by a path that is the same on every machine.
 * Terraform resolves it against the stack's folder, cdktf.out/stacks/<name>. That folder is no place for state: `cdktf synth`
 * deletes those of stacks that it did not make, which is the other environment's.
 */
export function addState(stack: TerraformStack): void {
  new LocalBackend(stack, { path: `../../../terraform.${stack.node.id}.tfstate` });
}
