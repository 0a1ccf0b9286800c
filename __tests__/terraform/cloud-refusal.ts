/** How Terraform Cloud says no. */

/** An answer that is an error: status and text go to Terraform, which prints them. */
export class CloudRefusal extends Error {
  override readonly name = "CloudRefusal";

  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail?: string,
  ) {
    super(detail === undefined ? title : `${title}: ${detail}`);
  }
}

/** @throws CloudRefusal, as not found, when there is no such thing */
export function found<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new CloudRefusal(404, "not found");
  return thing;
}
