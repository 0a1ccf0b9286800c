/** State in Terraform Cloud, with the real Terraform in local execution, against the stand-in. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudRun, type Ended } from "./cloud-run";
import { type Cloud, startCloud } from "./cloud-server";
import { plainStack, plainStackWithLocalState, writePlainStack } from "./cloud-stack";
import { describeWithTerraform } from "./requirements";

jest.setTimeout(120_000);

const TOKEN = "token-of-this-run";
const WORKSPACE = "webhook-dev";
const UNCHANGED = 0;
const CHANGED = 2;

describeWithTerraform("state in Terraform Cloud", () => {
  const folder = mkdtempSync(join(tmpdir(), "webhook-stacks-"));
  let cloud: Cloud;
  let run: CloudRun;

  const state = () => JSON.parse(String(cloud.workspace(WORKSPACE)?.current?.state));
  const succeed = async (command: string, ...options: string[]): Promise<string> => {
    const ended = await run.terraform(command, "-no-color", ...options);
    expect(ended).toMatchObject({ exitCode: 0, stderr: "" } satisfies Partial<Ended>);
    return ended.stdout;
  };
  const plan = () => run.terraform("plan", "-no-color", "-input=false", "-detailed-exitcode");
  const apply = (...options: string[]) => succeed("apply", "-input=false", "-auto-approve", ...options);

  // The tests are the steps of one life, in order.
  beforeAll(async () => {
    cloud = await startCloud({ organization: "demo", tokens: { [TOKEN]: "ana" } });
    run = await CloudRun.of(writePlainStack(folder, cloud, { name: WORKSPACE }), { cloud, token: TOKEN });
  });

  afterAll(async () => {
    run?.remove();
    await cloud?.stop();
    rmSync(folder, { recursive: true });
  });

  afterEach(() => {
    expect(cloud.unknown).toEqual([]);
    expect(cloud.workspace(WORKSPACE)?.lockedBy).toBeUndefined();
  });

  test("init makes the workspace, and takes the one that is there the next time", async () => {
    expect(await succeed("init", "-input=false")).toContain("HCP Terraform has been successfully initialized!");
    const { id } = cloud.workspace(WORKSPACE) ?? {};
    await succeed("init", "-input=false");
    expect(cloud.workspace(WORKSPACE)?.id).toBe(id);
  });

  test("a plan shows what apply will do, and writes no state", async () => {
    const { exitCode, stdout } = await plan();
    expect({ exitCode, stdout }).toEqual({
      exitCode: CHANGED,
      stdout: expect.stringContaining("1 to add, 0 to change"),
    });
    expect(cloud.workspace(WORKSPACE)?.writes).toBe(0);
  });

  test("apply writes the state to the workspace, once", async () => {
    expect(await apply()).toContain("Resources: 1 added, 0 changed, 0 destroyed.");
    expect(state().resources).toMatchObject([{ type: "terraform_data", name: "event" }]);
    expect(cloud.workspace(WORKSPACE)?.writes).toBe(1);
  });

  test("neither the state nor the token is in the stack's folder", () => {
    const files = run.files();
    const terraformsOwn = ["environment", "plugin_path", "terraform.tfstate"].map((name) => `.terraform/${name}`);
    expect(Object.keys(files)).toEqual([...terraformsOwn, "cdk.tf.json"]);
    const { backend, resources, modules } = JSON.parse(files[".terraform/terraform.tfstate"] ?? "");
    expect({ kind: backend.type, token: backend.config.token, resources, modules }).toEqual({
      kind: "cloud",
      token: null,
      resources: undefined,
      modules: undefined,
    });
    expect(Object.values(files).filter((text) => text.includes(TOKEN))).toEqual([]);
  });

  test("a second plan shows nothing", async () => {
    const { exitCode, stdout } = await plan();
    expect({ exitCode, stdout }).toEqual({ exitCode: UNCHANGED, stdout: expect.stringContaining("No changes.") });
  });

  test("outputs come from the workspace, a sensitive one only by its name", async () => {
    expect(await succeed("output")).toBe('event = "first"\nsecret = <sensitive>\n');
    expect(await succeed("output", "-raw", "secret")).toBe("first");
  });

  test("a saved plan is applied as it was reviewed", async () => {
    run.write("cdk.tf.json", plainStack(cloud, { name: WORKSPACE }, "second"));
    await succeed("plan", "-input=false", "-out=reviewed.tfplan");
    await succeed("apply", "-input=false", "reviewed.tfplan");
    expect(state().outputs.event.value).toBe("second");
  });

  test("another machine with the same folder sees the same state", async () => {
    const there = await CloudRun.of(run.directory, { cloud, token: TOKEN });
    try {
      rmSync(join(there.directory, ".terraform"), { recursive: true });
      expect((await there.terraform("init", "-input=false")).exitCode).toBe(0);
      expect((await there.terraform("plan", "-input=false", "-detailed-exitcode")).exitCode).toBe(UNCHANGED);
    } finally {
      there.remove();
    }
  });

  test("destroy leaves an empty state", async () => {
    expect(await succeed("destroy", "-input=false", "-auto-approve")).toContain("Resources: 1 destroyed.");
    expect(state().resources).toEqual([]);
  });

  test("a stack that names tags works in the workspace that is chosen, and in no other", async () => {
    for (const name of ["webhook-blue", "webhook-green"]) cloud.addWorkspace(name, ["team", "webhook-dev"]);
    cloud.addWorkspace("another", ["team"]);
    const stack = writePlainStack(folder, cloud, { tags: ["team", "webhook-dev"] });
    const tagged = await CloudRun.of(stack, { cloud, token: TOKEN, variables: { TF_WORKSPACE: "webhook-blue" } });
    try {
      expect(await tagged.terraform("init", "-input=false", "-no-color")).toMatchObject({ exitCode: 0, stderr: "" });
      const { stdout } = await tagged.terraform("workspace", "list");
      expect(stdout).toMatch(/^\* webhook-blue\n {2}webhook-green\n\n/);
      expect(await tagged.terraform("apply", "-input=false", "-auto-approve")).toMatchObject({ exitCode: 0 });
      const writes = ["webhook-blue", "webhook-green", "another"].map((name) => cloud.workspace(name)?.writes);
      expect(writes).toEqual([1, 0, 0]);
    } finally {
      tagged.remove();
    }
  });

  test("state that was local is copied on init, once it is allowed to, and nothing is left to do", async () => {
    const workspaces = { name: "webhook-moved" };
    const moved = await CloudRun.of(writePlainStack(folder, cloud, workspaces), { cloud, token: TOKEN });
    try {
      moved.write("cdk.tf.json", plainStackWithLocalState("first"));
      expect(await moved.terraform("init", "-input=false")).toMatchObject({ exitCode: 0 });
      expect(await moved.terraform("apply", "-input=false", "-auto-approve")).toMatchObject({ exitCode: 0 });
      moved.write("cdk.tf.json", plainStack(cloud, workspaces, "first"));
      expect(await moved.terraform("init", "-input=false", "-no-color")).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("Can't ask approval for state migration when interactive input is disabled."),
      });
      expect(await moved.answering("yes\n", "init", "-no-color")).toMatchObject({ exitCode: 0, stderr: "" });
      const plan = await moved.terraform("plan", "-input=false", "-detailed-exitcode");
      expect(plan.exitCode).toBe(UNCHANGED);
      expect(cloud.workspace("webhook-moved")).toMatchObject({ lockedBy: undefined, writes: 1 });
    } finally {
      moved.remove();
    }
  });
});
