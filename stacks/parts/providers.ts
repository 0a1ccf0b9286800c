import { ArchiveProvider } from "@cdktf/provider-archive/lib/provider";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TerraformStack } from "cdktf";

/**
 * The bindings ask for exactly the version that they were made from; the stacks use only what version 5.100.0 knows
 * and stay below the next major version. Which version it is, is in .terraform.lock.hcl.
 */
const VERSIONS = { aws: ">= 5.100.0, < 7.0.0", archive: ">= 2.7.0, < 3.0.0" } as const;

/** AWS, and the tags that every resource gets. */
export function addAws(stack: TerraformStack, region: string, tags: Readonly<Record<string, string>>): void {
  new AwsProvider(stack, "aws", { region, defaultTags: [{ tags: { ...tags } }] });
  setVersion(stack, "aws");
}

/** What zips the functions' code. */
export function addArchive(stack: TerraformStack): void {
  new ArchiveProvider(stack, "archive");
  setVersion(stack, "archive");
}

function setVersion(stack: TerraformStack, name: keyof typeof VERSIONS): void {
  stack.addOverride(`terraform.required_providers.${name}.version`, VERSIONS[name]);
}
