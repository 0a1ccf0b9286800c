import { ArchiveProvider } from "@cdktf/provider-archive/lib/provider";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TerraformStack } from "cdktf";
import { PROVIDER_VERSIONS } from "../provider-versions";

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

function setVersion(stack: TerraformStack, name: keyof typeof PROVIDER_VERSIONS): void {
  stack.addOverride(`terraform.required_providers.${name}.version`, PROVIDER_VERSIONS[name]);
}
