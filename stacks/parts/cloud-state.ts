import { TerraformBackend, type TerraformRemoteState, type TerraformStack } from "cdktf";
import type { CloudStateSettings } from "../state-settings";

/**
 * The `cloud` block, with one workspace for the stack. cdktf's own CloudBackend runs `terraform version` at every
 * synthesis and fails where there is none; ours is synthesized without Terraform, as everything else is.
 */
export class CloudState extends TerraformBackend {
  constructor(
    private readonly stack: TerraformStack,
    private readonly state: CloudStateSettings,
  ) {
    super(stack, "backend", "cloud");
  }

  override toTerraform(): object {
    return { terraform: { cloud: this.synthesizeAttributes() } };
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { hostname, organization, workspacePrefix = "", tags } = this.state;
    const stack = this.stack.node.id;
    return {
      ...(hostname === undefined ? {} : { hostname }),
      organization,
      workspaces: tags === undefined ? { name: `${workspacePrefix}${stack}` } : { tags: [...tags, stack] },
    };
  }

  override getRemoteStateDataSource(): TerraformRemoteState {
    throw new Error("No stack reads another's state.");
  }
}
