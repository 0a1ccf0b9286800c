import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareFolders, compareJson, type Json } from "./differences";

const STACK = "stacks/webhook-dev/cdk.tf.json";
const provider = (attributes: Record<string, string>): Json => ({
  terraform: { required_providers: { aws: attributes } },
});

test.each([
  ["the order of keys", { a: 1, b: [{}] }, { b: [{}], a: 1 }],
  ["nothing", [1, { a: null }], [1, { a: null }]],
])("%s is no difference", (_what, before, after) => {
  expect(compareJson(STACK, before, after)).toEqual([]);
});

test.each([
  [
    "the version in the synthesizer's notes",
    STACK,
    { "//": { metadata: { version: "0.21.0" } } },
    { "//": { metadata: { version: "0.24.0" } } },
  ],
  ["the manifest's version", "manifest.json", { version: "0.21.0" }, { version: "0.24.0" }],
  ["a provider's version", STACK, provider({ version: "6.25.0" }), provider({ version: "6.66.0" })],
  [
    "a provider's address in full",
    STACK,
    provider({ source: "aws" }),
    provider({ source: "registry.terraform.io/hashicorp/aws" }),
  ],
])("%s may differ", (_what, file, before, after) => {
  expect(compareJson(file, before, after)).toMatchObject([{ file, isExpected: true }]);
});

test.each<[what: string, before: Json, after: Json]>([
  ["another provider", provider({ source: "aws" }), provider({ source: "registry.opentofu.org/hashicorp/aws" })],
  ["a provider without a version", provider({ version: "6.25.0" }), provider({})],
  [
    "another version of Terraform",
    { terraform: { required_version: ">= 1.5.0" } },
    { terraform: { required_version: ">= 2" } },
  ],
  ["a version of something else", { resource: { x: { version: "1" } } }, { resource: { x: { version: "2" } } }],
  ["text in place of a number", { a: 1 }, { a: "1" }],
  ["an empty list in place of nothing", {}, { a: [] }],
  ["a list in place of an object", { a: {} }, { a: [] }],
  ["the order of a list", [1, 2], [2, 1]],
])("%s is a difference", (_what, before, after) => {
  const found = compareJson(STACK, before, after);
  expect(found).not.toEqual([]);
  expect(found.filter(({ isExpected }) => isExpected)).toEqual([]);
});

describe("of two folders", () => {
  const [one, other] = ["one", "other"].map((name) => mkdtempSync(join(tmpdir(), `webhook-${name}-`))) as [
    string,
    string,
  ];
  afterAll(() => {
    for (const folder of [one, other]) rmSync(folder, { recursive: true });
  });

  test("files that are in one only, and bytes that differ, are differences", () => {
    for (const folder of [one, other]) writeFileSync(join(folder, "same.js"), "same");
    for (const [folder, text] of [
      [one, "old!"],
      [other, "new"],
    ] as const)
      writeFileSync(join(folder, "index.js"), text);
    writeFileSync(join(one, "only.json"), "{}");
    expect(compareFolders(one, other)).toEqual([
      { file: "index.js", where: "", cdktf: "4 bytes", successor: "3 bytes", isExpected: false },
      { file: "only.json", where: "", cdktf: "2 bytes", successor: undefined, isExpected: false },
    ]);
  });
});
