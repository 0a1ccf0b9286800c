/** What a user sees when Terraform Cloud refuses, in Terraform's own words. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudRun, type Ended } from "./cloud-run";
import { type Cloud, type CloudOptions, startCloud } from "./cloud-server";
import { writePlainStack } from "./cloud-stack";
import { describeWithTerraform } from "./requirements";

jest.setTimeout(60_000);

const ORGANIZATION = "demo";
const TOKEN = "token-of-ana";
const WORKSPACE = "webhook-dev";

/** Terraform's text without its frame and the line of cdk.tf.json; what differs from run to run is left out. */
function shown({ stderr }: Ended): string {
  return stderr
    .replace(/^[╷│╵] ?/gm, "")
    .replace(/^ +(on cdk\.tf\.json line|\d+: ).*\n\n?/gm, "")
    .replace(/127\.0\.0\.1:\d+/g, "HOST")
    .replace(/ +$/gm, "")
    .replace(/^( +(?:ID|Who|Created): +).+$/gm, "$1…")
    .replace(/(Version: +).+$/gm, "$1…")
    .trim();
}

const unreadable = (organization: string) => `Error: Failed to read organization "${organization}" at host HOST

Encountered an unexpected error while reading the organization settings:`;

describeWithTerraform("Terraform Cloud refuses", () => {
  const folder = mkdtempSync(join(tmpdir(), "webhook-stacks-"));
  const ends: (() => unknown)[] = [];

  async function start(options: Partial<CloudOptions> = {}): Promise<Cloud> {
    const cloud = await startCloud({ organization: ORGANIZATION, tokens: { [TOKEN]: "ana" }, ...options });
    ends.push(() => cloud.stop());
    return cloud;
  }

  async function runOf(cloud: Cloud, token = TOKEN): Promise<CloudRun> {
    const run = await CloudRun.of(writePlainStack(folder, cloud, { name: WORKSPACE }), { cloud, token });
    ends.push(() => run.remove());
    return run;
  }

  async function initialized(cloud: Cloud): Promise<CloudRun> {
    const run = await runOf(cloud);
    expect(await run.terraform("init", "-input=false")).toMatchObject({ exitCode: 0 });
    return run;
  }

  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("a wrong token, before anything is made", async () => {
    const cloud = await start();
    const ended = await (await runOf(cloud, "another")).terraform("init", "-input=false", "-no-color");
    expect(ended.exitCode).toBe(1);
    expect(shown(ended)).toBe(`${unreadable(ORGANIZATION)}\nunauthorized`);
    expect(cloud.workspace(WORKSPACE)).toBeUndefined();
  });

  test("a token that was taken back after init", async () => {
    const tokens: Record<string, string> = { [TOKEN]: "ana" };
    const run = await initialized(await start({ tokens }));
    delete tokens[TOKEN];
    const ended = await run.terraform("plan", "-input=false", "-no-color");
    expect(ended.exitCode).toBe(1);
    expect(shown(ended)).toBe(`${unreadable(ORGANIZATION)}\nunauthorized`);
  });

  test("an organization that does not exist", async () => {
    const cloud = await start();
    const ended = await (await runOf({ ...cloud, organization: "other" })).terraform(
      "init",
      "-input=false",
      "-no-color",
    );
    expect(ended.exitCode).toBe(1);
    expect(shown(ended)).toBe(
      `${unreadable("other")}
organization "other" at host HOST not found.

Please ensure that the organization and hostname are correct and that your
API token for HOST is valid.`,
    );
  });

  test("a server whose certificate nobody vouches for", async () => {
    const cloud = await start();
    const run = await runOf({ ...cloud, environment: {} });
    const ended = await run.terraform("init", "-input=false", "-no-color");
    expect(ended.exitCode).toBe(1);
    expect(shown(ended)).toBe(
      'Error: Failed to request discovery document: Get "https://HOST/.well-known/terraform.json": ' +
        "tls: failed to verify certificate: x509: certificate signed by unknown authority",
    );
  });

  test.each([
    ["plan", "OperationTypePlan"],
    ["apply", "OperationTypeApply"],
  ])("%s in a workspace where another run is at work, which keeps its lock", async (command, operation) => {
    const cloud = await start();
    const run = await initialized(cloud);
    cloud.workspace(WORKSPACE)?.lock("ben");
    const ended = await run.terraform(command, "-input=false", "-no-color");
    expect(ended.exitCode).toBe(1);
    expect(shown(ended)).toBe(`Error: Error acquiring the state lock

Error message: workspace already locked (lock ID: "demo/webhook-dev")
Lock Info:
  ID:        …
  Path:
  Operation: ${operation}
  Who:       …
  Version:   …
  Created:   …
  Info:


Terraform acquires a state lock to protect the state from being written
by multiple users at the same time. Please resolve the issue above and try
again. For most commands, you can disable locking with the "-lock=false"
flag, but this is not recommended.`);
    expect(cloud.workspace(WORKSPACE)).toMatchObject({ lockedBy: "ben", writes: 0 });
  });

  test("no longer, once the lock of a run that died is taken off by force", async () => {
    const cloud = await start();
    const run = await initialized(cloud);
    cloud.workspace(WORKSPACE)?.lock("ben");
    expect(await run.terraform("force-unlock", "-force", `${ORGANIZATION}/${WORKSPACE}`)).toMatchObject({
      exitCode: 0,
    });
    expect(await run.terraform("apply", "-input=false", "-auto-approve")).toMatchObject({ exitCode: 0 });
    expect(cloud.workspace(WORKSPACE)).toMatchObject({ lockedBy: undefined, writes: 1 });
  });

  test.each(["plan", "apply"])(
    "%s in a workspace with remote execution, which this server has not",
    async (command) => {
      const cloud = await start({ defaultExecution: "remote" });
      const run = await initialized(cloud);
      const ended = await run.terraform(command, "-input=false", "-no-color");
      expect(ended.exitCode).toBe(1);
      expect(shown(ended)).toBe(`Error: Failed to create configuration version: remote execution is not available

This server stores state only; use execution mode "local".

HCP Terraform returned an unexpected error. Sometimes this is caused by
network connection problems, in which case you could retry the command. If
the issue persists please open a support ticket to get help resolving the
problem.`);
      expect(cloud.workspace(WORKSPACE)).toMatchObject({ lockedBy: undefined, writes: 0 });
    },
  );
});
