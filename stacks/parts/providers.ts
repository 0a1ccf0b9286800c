import { ArchiveProvider } from "@cdktf/provider-archive/lib/provider";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TerraformStack } from "cdktf";

/**
 * The bindings ask for exactly the version that they were made from; the stacks use only what version 5.100.0 knows
 * and stay below the next major version.
 */
const VERSIONS = { aws: ">= 5.100.0, < 7.0.0", archive: ">= 2.7.0, < 3.0.0" } as const;
/** First with every feature that the stacks use. */
const TERRAFORM = ">= 1.5.0";

/** The providers of a stack, and the tags that every resource gets. */
export function addProviders(stack: TerraformStack, region: string, tags: Readonly<Record<string, string>>): void {
  new AwsProvider(stack, "aws", { region, defaultTags: [{ tags: { ...tags } }] });
  new ArchiveProvider(stack, "archive");
  stack.addOverride("terraform.required_version", TERRAFORM);
  for (const [name, version] of Object.entries(VERSIONS)) {
    stack.addOverride(`terraform.required_providers.${name}.version`, version);
  }
}
