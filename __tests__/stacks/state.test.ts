import type { EnvironmentSettings } from "../../stacks/settings";
import { synthesized } from "./synthesized";

type State = NonNullable<EnvironmentSettings["state"]>;

/** What Terraform is told of its state. */
function told(state: State, settings: EnvironmentSettings = {}) {
  const { backend, cloud, required_version } = synthesized({ ...settings, state }, "test").terraform;
  return { backend, cloud, required_version };
}

test("a file beside the output folder, the same on every machine", () => {
  expect(told({ kind: "local" })).toEqual({
    backend: { local: { path: "../../../terraform.webhook-test.tfstate" } },
    required_version: ">= 1.5.0",
  });
});

describe("S3", () => {
  const state = { kind: "s3", bucket: "acme-state" } as const;

  test("encrypts, locks with S3's own lock files, and asks for a Terraform that has them", () => {
    expect(told(state)).toEqual({
      backend: {
        s3: {
          bucket: "acme-state",
          encrypt: true,
          key: "webhook/test/webhook-test.tfstate",
          region: "us-east-1",
          use_lockfile: true,
        },
      },
      required_version: ">= 1.11.0",
    });
  });

  test("has a key for each environment and stack, under the prefix, in the bucket's region", () => {
    const given = { ...state, keyPrefix: "team/hooks", region: "us-west-2" };
    expect(told(given, { region: "eu-central-1" }).backend).toMatchObject({
      s3: { key: "team/hooks/test/webhook-test.tfstate", region: "us-west-2" },
    });
    expect(told(state, { region: "eu-central-1" }).backend).toMatchObject({ s3: { region: "eu-central-1" } });
  });
});

describe("Terraform Cloud", () => {
  const state = { kind: "cloud", organization: "acme" } as const;

  test("has a workspace with the stack's name", () => {
    expect(told(state)).toEqual({
      cloud: { organization: "acme", workspaces: { name: "webhook-test" } },
      required_version: ">= 1.5.0",
    });
    expect(told({ ...state, hostname: "tfe.example.com:8443", workspacePrefix: "hooks-" }).cloud).toEqual({
      hostname: "tfe.example.com:8443",
      organization: "acme",
      workspaces: { name: "hooks-webhook-test" },
    });
  });

  test("by tags, never has two stacks in one workspace", () => {
    expect(told({ ...state, tags: ["webhook", "env:test"] }).cloud).toEqual({
      organization: "acme",
      workspaces: { tags: ["webhook", "env:test", "webhook-test"] },
    });
  });

  test("is synthesized where no Terraform is installed", () => {
    const path = process.env.PATH;
    process.env.PATH = "";
    try {
      expect(told(state).cloud).toBeDefined();
    } finally {
      process.env.PATH = path;
    }
  });
});
