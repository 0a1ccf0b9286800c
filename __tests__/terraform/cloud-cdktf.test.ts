/** `cdktf deploy`, `diff` and `destroy` with a stack's state in Terraform Cloud. */

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { type Cloud, startCloud } from "./cloud-server";
import { describeWithTerraform } from "./requirements";
import { terraformEnvironment } from "./terraform-environment";

// The command line starts in seconds on an idle machine.
jest.setTimeout(180_000);

const repository = join(__dirname, "..", "..");
const CDKTF = join(repository, "node_modules/cdktf-cli/bundle/bin/cdktf.js");
const TOKEN = "token-of-this-run";
const WORKSPACE = "webhook-dev";

/** One stack with the project's own `cloud` block, which needs no provider. */
const app = ({ hostname, organization }: Cloud) => `
import { App, TerraformStack } from "cdktf";
import { CloudState } from "./stacks/parts/cloud-state";
const app = new App();
const stack = new TerraformStack(app, "${WORKSPACE}");
new CloudState(stack, ${JSON.stringify({ kind: "cloud", hostname, organization })});
stack.addOverride("resource.terraform_data.event", { input: "first" });
app.synth();
`;

describeWithTerraform("the cdktf command line", () => {
  const project = mkdtempSync(join(tmpdir(), "webhook-cdktf-"));
  let cloud: Cloud;

  beforeAll(async () => {
    cloud = await startCloud({ organization: "demo", tokens: { [TOKEN]: "ana" } });
    await build({
      stdin: { contents: app(cloud), resolveDir: repository, loader: "ts" },
      outfile: join(project, "app.cjs"),
      bundle: true,
      platform: "node",
      alias: { cdktf: require.resolve("cdktf") },
      external: [require.resolve("cdktf")],
    });
    const settings = { language: "typescript", app: "node app.cjs", projectId: WORKSPACE, sendCrashReports: "false" };
    writeFileSync(join(project, "cdktf.json"), JSON.stringify(settings));
  });

  afterAll(async () => {
    await cloud?.stop();
    rmSync(project, { recursive: true, force: true });
  });

  function cdktf(...words: string[]): Promise<{ exitCode: unknown; stdout: string }> {
    const mirror = { directory: project, hasArchive: true };
    const env = {
      ...terraformEnvironment({ settingsFolder: project, awsUrl: "http://127.0.0.1:9", mirror, reattach: undefined }),
      ...cloud.environment,
      CI: "1",
      NO_COLOR: "1",
    };
    // In the file, since a shell between the two would drop a variable with the host's characters in its name.
    writeFileSync(join(project, "terraform.rc"), `credentials "${cloud.hostname}" {\n  token = "${TOKEN}"\n}\n`);
    return new Promise((resolve) =>
      execFile(process.execPath, [CDKTF, ...words], { cwd: project, env }, (error, stdout) =>
        resolve({ exitCode: error === null ? 0 : error.code, stdout }),
      ),
    );
  }

  const state = () => JSON.parse(String(cloud.workspace(WORKSPACE)?.current?.state));

  test("deploys into the workspace, then sees no difference, then destroys", async () => {
    expect(await cdktf("deploy", "--auto-approve")).toMatchObject({ exitCode: 0 });
    expect(state().resources).toMatchObject([{ type: "terraform_data", name: "event" }]);
    expect(await cdktf("diff")).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("No changes.") });
    expect(await cdktf("destroy", "--auto-approve")).toMatchObject({ exitCode: 0 });
    expect(state().resources).toEqual([]);
    expect(cloud.workspace(WORKSPACE)).toMatchObject({ lockedBy: undefined, writes: 2 });
    expect(cloud.unknown).toEqual([]);
  });
});
