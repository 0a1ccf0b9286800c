import { TerraformElement, TerraformStack } from "cdktf";
import type { Node } from "constructs";

/** A stack whose addresses can be read in a plan. */
export abstract class ReadableStack extends TerraformStack {
  /** The path of ids, such as aws_sqs_queue.events_queue, without cdktf's hash. */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = TerraformElement.isTerraformElement(element) ? element.node : element;
    const ids = node.scopes.slice(node.scopes.indexOf(this) + 1).map((scope) => scope.node.id);
    return ids.join("_");
  }
}
