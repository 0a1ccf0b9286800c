/** The synthesized stacks with their state in Terraform Cloud: a remote run gets the stack's folder and nothing else. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environments } from "../../environments";
import type { EnvironmentSettings } from "../../stacks/settings";
import { CloudRun } from "./cloud-run";
import { type Cloud, startCloud } from "./cloud-server";
import { synthesizeForCloud } from "./cloud-stack";
import { type EmulatedAws, startEmulatedAws } from "./emulated-aws";
import { findPluginMirror } from "./plugin-mirror";
import { describeWithTerraform } from "./requirements";
import { declaredResources } from "./synthesized";

jest.setTimeout(300_000);

const TOKEN = "token-of-this-run";

describeWithTerraform("a synthesized stack, copied alone to another place", () => {
  const output = mkdtempSync(join(tmpdir(), "webhook-synthesized-"));
  const runs: CloudRun[] = [];
  let cloud: Cloud;
  let aws: EmulatedAws;

  beforeAll(async () => {
    [cloud, aws] = await Promise.all([
      startCloud({ organization: "demo", tokens: { [TOKEN]: "ana" } }),
      startEmulatedAws(),
    ]);
  });

  afterAll(async () => {
    for (const run of runs) run.remove();
    await aws?.stop();
    await cloud?.stop();
    rmSync(output, { recursive: true, force: true });
  });

  test.each(Object.entries<EnvironmentSettings>(environments))(
    "is planned as a whole, in a workspace of its own: %s",
    async (environment, settings) => {
      const stack = synthesizeForCloud(environment, settings, cloud, join(output, environment));
      const declared = declaredResources(stack);
      const providers = { awsUrl: aws.url, mirror: findPluginMirror() };
      const run = await CloudRun.of(stack, { cloud, token: TOKEN, providers });
      runs.push(run);
      // Were anything outside the copy needed, it would not be there any more.
      rmSync(join(output, environment), { recursive: true });
      expect(await run.terraform("init", "-input=false", "-no-color")).toMatchObject({ exitCode: 0, stderr: "" });
      const planned = await run.terraform("plan", "-input=false", "-no-color");
      expect(planned).toMatchObject({ exitCode: 0, stderr: "" });
      expect(planned.stdout).toContain(`Plan: ${declared.length} to add, 0 to change, 0 to destroy.`);
      expect(cloud.workspace(`webhook-${environment}`)).toMatchObject({ lockedBy: undefined, writes: 0 });
      expect(cloud.unknown).toEqual([]);
    },
  );
});
