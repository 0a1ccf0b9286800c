import { readFileSync } from "node:fs";
import { join } from "node:path";
import { changedVersions, readLockFile } from "../../../operate/plan-summary/lock-file";

const lock = (versions: Readonly<Record<string, string>>) =>
  Object.entries(versions)
    .map(
      ([name, version]) =>
        `provider "${name}" {\n  version     = "${version}"\n  constraints = ">= 1.0.0"\n  hashes = [\n    "h1:x=",\n  ]\n}\n`,
    )
    .join("\n");
const AWS = "registry.terraform.io/hashicorp/aws";
const read = (versions: Readonly<Record<string, string>>) => readLockFile("lock", lock(versions));

test.each([
  [{ [AWS]: "5.100.0" }, { [AWS]: "5.100.0" }, []],
  [
    { [AWS]: "5.100.0" },
    { [AWS]: "6.25.0" },
    [{ provider: "hashicorp/aws", before: "5.100.0", after: "6.25.0", isMajor: true }],
  ],
  [
    { [AWS]: "6.25.0" },
    { [AWS]: "6.26.0" },
    [{ provider: "hashicorp/aws", before: "6.25.0", after: "6.26.0", isMajor: false }],
  ],
  [
    { [AWS]: "6.25.0" },
    { [AWS]: "6.25.0", "example.com/own/thing": "1.0.0" },
    [{ provider: "example.com/own/thing", before: "none", after: "1.0.0", isMajor: false }],
  ],
])("from %j to %j", (before, after, expected) => {
  expect(changedVersions(read(before), read(after))).toEqual(expected);
});

test("the repository's own lock file is read, also with Windows' line ends", () => {
  const text = readFileSync(join(__dirname, "../../../.terraform.lock.hcl"), "utf8");
  const providers = [...readLockFile("lock", text).keys()];
  expect(providers).toEqual(["hashicorp/archive", "hashicorp/aws"]);
  expect([...readLockFile("lock", text.replaceAll("\n", "\r\n")).keys()]).toEqual(providers);
});
