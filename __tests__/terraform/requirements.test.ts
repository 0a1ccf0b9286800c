import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPluginMirror } from "./plugin-mirror";
import { missingRequirements, verdict } from "./requirements";

test("says of each missing command how to get it", () => {
  expect(missingRequirements("/nowhere")).toEqual([
    "terraform is not on the PATH. Get it: https://developer.hashicorp.com/terraform/install, in GitHub Actions hashicorp/setup-terraform.",
    'moto_server is not on the PATH. Get it: pip install "moto[server]" (an emulated AWS on the loopback).',
    "openssl is not on the PATH. Get it: your system's package openssl (certificates of the state server on the loopback).",
    "gpg is not on the PATH. Get it: your system's package gnupg (how a plan travels from review to apply).",
    "jq is not on the PATH. Get it: your system's package jq (the workflow's scripts).",
  ]);
});

test.each([
  ["runs when nothing is missing, in CI", [], "true", "run"],
  ["runs when nothing is missing", [], undefined, "run"],
  ["fails in CI when something is missing", ["terraform"], "true", "fail"],
  ["skips elsewhere when something is missing", ["terraform"], undefined, "skip"],
])("%s", (_what, missing, ci, expected) => {
  expect(verdict(missing, ci)).toBe(expected);
});

describe("the mirror of providers", () => {
  const mirror = mkdtempSync(join(tmpdir(), "webhook-mirror-"));
  afterAll(() => rmSync(mirror, { recursive: true }));

  test("that the variable names must have the AWS provider", () => {
    expect(() => findPluginMirror({ TF_PLUGIN_MIRROR: mirror })).toThrow(
      new Error(
        `TF_PLUGIN_MIRROR is "${mirror}", where registry.terraform.io/hashicorp/aws does not exist.\n` +
          "  Name the folder that holds registry.terraform.io/, or unset the variable to use the registry.",
      ),
    );
  });

  test("says whether it has the archive provider, so that the stand-in steps aside", () => {
    const provide = (name: string) =>
      mkdirSync(join(mirror, "registry.terraform.io", "hashicorp", name, "1.0.0"), { recursive: true });
    provide("aws");
    expect(findPluginMirror({ TF_PLUGIN_MIRROR: mirror })).toEqual({ directory: mirror, hasArchive: false });
    provide("archive");
    expect(findPluginMirror({ TF_PLUGIN_MIRROR: mirror })).toEqual({ directory: mirror, hasArchive: true });
  });
});
