import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lockProviders } from "../../stacks/provider-lock";
import { synthesized } from "./synthesized";

const ROOT = join(__dirname, "../..");
const AWS = 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "6.25.0"\n}\n';
const ARCHIVE = 'provider "registry.terraform.io/hashicorp/archive" {\n  version = "2.7.1"\n}\n';
const withChecksums = (entry: string) => entry.replace(/}\n$/, '  hashes = [\n    "h1:abc=",\n  ]\n}\n');

let project: string;
let stack: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "webhook-lock-"));
  stack = join(project, "cdktf.out/stacks/webhook-test");
  mkdirSync(stack, { recursive: true });
  require("aws", "hashicorp/archive");
});
afterEach(() => rmSync(project, { recursive: true }));

function require(...sources: readonly string[]): void {
  const required_providers = Object.fromEntries(sources.map((source, i) => [`provider${i}`, { source }]));
  writeFileSync(join(stack, "cdk.tf.json"), JSON.stringify({ terraform: { required_providers } }));
}
const write = (folder: string, text: string) => writeFileSync(join(folder, ".terraform.lock.hcl"), text);
const locked = () => readFileSync(join(stack, ".terraform.lock.hcl"), "utf8");

test("a stack gets the entries of its providers, and no others", () => {
  write(project, `# a comment\n\n${ARCHIVE}\n${withChecksums(AWS)}`);
  lockProviders(project, stack);
  expect(locked()).toBe(`${ARCHIVE}\n${withChecksums(AWS)}`);
  require("registry.terraform.io/hashicorp/aws");
  lockProviders(project, stack);
  expect(locked()).toBe(withChecksums(AWS));
});

test("checksums that Terraform has added to the same versions stay, so that it need not download again", () => {
  write(project, `${ARCHIVE}\n${AWS}`);
  write(stack, `${withChecksums(ARCHIVE)}\n${withChecksums(AWS)}`);
  lockProviders(project, stack);
  expect(locked()).toBe(`${withChecksums(ARCHIVE)}\n${withChecksums(AWS)}`);
});

test.each([
  ["other versions", AWS, withChecksums(AWS.replace("6.25.0", "6.26.0"))],
  ["other checksums than the project's", withChecksums(AWS), withChecksums(AWS).replace("abc", "xyz")],
])("%s in a stack's folder give way", (_, ofProject, ofStack) => {
  require("aws");
  write(project, ofProject);
  write(stack, ofStack);
  lockProviders(project, stack);
  expect(locked()).toBe(ofProject);
});

test("a project without a lock file leaves the choice to Terraform", () => {
  lockProviders(project, stack);
  expect(locked).toThrow("ENOENT");
});

describe("the lock file of this project", () => {
  const text = readFileSync(join(ROOT, ".terraform.lock.hcl"), "utf8");
  const entry = (provider: string) =>
    new RegExp(`provider "registry.terraform.io/hashicorp/${provider}" \\{\n[^}]*\\}`).exec(text)?.[0];

  test.each(["aws", "archive"])("has the version of %s that the bindings are made from", (provider) => {
    const bindings = JSON.parse(
      readFileSync(join(ROOT, `node_modules/@cdktf/provider-${provider}/package.json`), "utf8"),
    );
    expect(entry(provider)).toContain(`version     = "${bindings.cdktf.provider.version}"`);
  });

  test.each(["aws", "archive"])("repeats the stack's constraint on %s, or cdktf would upgrade it", (provider) => {
    const required = synthesized().terraform.required_providers as Record<string, { version: string }>;
    expect(entry(provider)).toContain(`constraints = "${required[provider]?.version}"`);
  });
});
