/** What a user sees of Terraform, the provider and the cdktf command when the surroundings are not as they should be. */

import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type EmulatedAws, startEmulatedAws } from "./emulated-aws";
import { findPluginMirror } from "./plugin-mirror";
import { describeWithTerraform } from "./requirements";
import { synthesize, synthesizeSettings } from "./synthesized";
import { TerraformFailed, Workspace } from "./workspace";

jest.setTimeout(300_000);

const run = promisify(execFile);
const repository = join(__dirname, "..", "..");

describeWithTerraform("a deployment", () => {
  const output = mkdtempSync(join(tmpdir(), "webhook-bad-input-"));
  const workspaces: Workspace[] = [];
  let aws: EmulatedAws;
  let stack = "";

  beforeAll(async () => {
    aws = await startEmulatedAws();
    [stack = ""] = synthesize("dev", join(output, "dev"));
  });

  afterAll(async () => {
    for (const workspace of workspaces) workspace.remove();
    rmSync(output, { recursive: true });
    await aws?.stop();
  });

  async function workspaceOf(folder: string, variables: NodeJS.ProcessEnv = {}): Promise<Workspace> {
    const workspace = await Workspace.of(folder, aws.url, findPluginMirror(), variables);
    workspaces.push(workspace);
    return workspace;
  }

  test("without credentials is told that there are none", async () => {
    const workspace = await workspaceOf(stack, { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined });
    await workspace.init();
    expect(await errorOf(workspace.plan())).toEqual("No valid credential sources found");
  });

  test("into a region that does not exist is told its name", async () => {
    const [folder = ""] = synthesizeSettings("nowhere", { region: "eu-nowhere-9" }, join(output, "nowhere"));
    const workspace = await workspaceOf(folder);
    await workspace.init();
    expect(await errorOf(workspace.plan())).toEqual("invalid AWS Region: eu-nowhere-9");
  });

  test("by a Terraform that is too old is told which one it needs", async () => {
    const workspace = await workspaceOf(stack);
    const file = join(workspace.directory, "cdk.tf.json");
    const json = JSON.parse(readFileSync(file, "utf8"));
    expect(json.terraform.required_version).toMatch(/^>= 1\.\d+\.0$/);
    // An old Terraform is not to be had here: the same constraint, out of this one's reach.
    json.terraform.required_version = ">= 99.0.0";
    writeFileSync(file, JSON.stringify(json));
    const failure = await failureOf(workspace.init());
    expect(headline(failure)).toEqual("Unsupported Terraform Core version");
    expect(failure).toContain(">= 99.0.0");
  });

  test("where no terraform is installed is told so by cdktf", async () => {
    const folder = join(output, "without-terraform");
    cpSync(join(repository, "cdktf.json"), join(folder, "cdktf.json"));
    const cdktf = join(repository, "node_modules", "cdktf-cli", "bundle", "bin", "cdktf");
    const app = `node ${join(repository, "dist", "main.cjs")}`;
    const env = { ...process.env, CI: "1", CHECKPOINT_DISABLE: "1", TERRAFORM_BINARY_NAME: join(folder, "terraform") };
    const diff = run(process.execPath, [cdktf, "diff", "--app", app], { cwd: folder, env });
    const { stdout, stderr } = await diff.then(
      () => ({ stdout: "", stderr: "cdktf diff succeeded" }),
      (failure: { stdout: string; stderr: string }) => failure,
    );
    expect(stdout + stderr).toContain("Terraform CLI not present - Please install a current version");
  });
});

const failureOf = (command: Promise<unknown>): Promise<string> =>
  command.then(
    () => "(it succeeded)",
    (error: unknown) => {
      if (error instanceof TerraformFailed) return error.message;
      throw error;
    },
  );

/** The first error's headline. */
const headline = (said: string) => /Error: (.*)/.exec(said)?.[1] ?? said;
const errorOf = async (command: Promise<unknown>) => headline(await failureOf(command));
