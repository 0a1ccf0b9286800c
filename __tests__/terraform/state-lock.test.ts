/** Two runs at the same time on the same state in S3. */

import { mkdtempSync, rmSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { type EmulatedAws, startEmulatedAws } from "./emulated-aws";
import { describeWithTerraform } from "./requirements";
import { stateEnvironment, writeStateFolder } from "./state-folder";
import { encryptionOf, keysIn, type Running, s3At, start, terraformIn } from "./state-run";

jest.setTimeout(120_000);

const BUCKET = "acme-state";
const KEY = "webhook/test/webhook-test.tfstate";

describeWithTerraform("state in S3", () => {
  let root: string;
  let aws: EmulatedAws;
  let s3: S3Client;
  let environment: NodeJS.ProcessEnv;
  /** Two machines, the first of which is held up while it applies until the file "go" is there. */
  let [first, second] = ["", ""];
  let holding: Running | undefined;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "webhook-state-"));
    aws = await startEmulatedAws();
    s3 = s3At(aws.url);
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    environment = stateEnvironment(root, aws.url);
    const state = { kind: "s3", bucket: BUCKET } as const;
    // It ends with the folder too, whatever becomes of the Terraform that started it.
    const wait = { command: "echo > holding; while [ -e cdk.tf.json ] && ! [ -e go ]; do sleep 0.05; done" };
    first = writeStateFolder(join(root, "first"), "test", state, wait);
    second = writeStateFolder(join(root, "second"), "test", state);
    for (const folder of [first, second]) {
      expect(await terraformIn(folder, environment)("init")).toMatchObject({ exitCode: 0, stderr: "" });
    }
    const isHeld = appearance(first, "holding");
    holding = start(first, environment, "terraform", "apply", "-no-color", "-auto-approve");
    await isHeld;
  });

  afterAll(async () => {
    if (first !== "") writeFileSync(join(first, "go"), "");
    await holding?.ended;
    s3?.destroy();
    await aws?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  test("the second of two runs is told who holds the lock, since when and for what, and changes nothing", async () => {
    const { ID, Who } = await lock();
    const { exitCode, stderr } = await terraformIn(second, environment)("apply", "-auto-approve");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Error: Error acquiring the state lock");
    expect(stderr).toMatch(
      new RegExp(
        `Lock Info:\\n +ID: +${ID}\\n +Path: +${BUCKET}/${KEY}\\n +Operation: OperationTypeApply\\n +Who: +${Who}\\n`,
      ),
    );
    expect(await keysIn(s3, BUCKET)).toEqual([`${KEY}.tflock`]);
  });

  test("a plan that does not lock, as in a pull request, reads beside it", async () => {
    expect(await terraformIn(second, environment)("plan", "-lock=false")).toMatchObject({ exitCode: 0 });
  });

  test("a run that may wait for the lock comes after the first, and finds what that has made", async () => {
    const options = ["-no-color", "-lock-timeout=60s", "-detailed-exitcode"];
    const waiting = start(second, environment, "terraform", "plan", ...options);
    await said(waiting, "Acquiring state lock. This may take a few moments...");
    // Between its tries. One that meets the very moment of the release fails: Terraform then finds no holder to name.
    waiting.process.kill("SIGSTOP");
    writeFileSync(join(first, "go"), "");
    expect(await holding?.ended).toMatchObject({ exitCode: 0 });
    waiting.process.kill("SIGCONT");
    const { exitCode, stdout } = await waiting.ended;
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("No changes.")]);
    expect(await keysIn(s3, BUCKET)).toEqual([KEY]);
    expect(await encryptionOf(s3, BUCKET, KEY)).toBe("AES256");
  });

  test("a lock that a killed run has left is taken away by its id", async () => {
    rmSync(join(first, "go"));
    rmSync(join(first, "holding"));
    const isHeld = appearance(first, "holding");
    const killed = start(
      first,
      environment,
      "terraform",
      "apply",
      "-no-color",
      "-auto-approve",
      "-replace=terraform_data.event",
    );
    await isHeld;
    killed.process.kill("SIGKILL");
    await killed.ended;
    const { ID } = await lock();
    expect(await terraformIn(second, environment)("plan")).toMatchObject({ exitCode: 1 });
    expect(await terraformIn(second, environment)("force-unlock", "-force", ID)).toMatchObject({ exitCode: 0 });
    expect(await terraformIn(second, environment)("plan")).toMatchObject({ exitCode: 0 });
  });

  async function lock(): Promise<{ ID: string; Who: string }> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: `${KEY}.tflock` }));
    return JSON.parse((await Body?.transformToString()) ?? "");
  }
});

/** Resolves when a file of that name is made in the folder. Call it before that can happen. */
function appearance(folder: string, name: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, (_, changed) => {
      if (changed !== name) return;
      watcher.close();
      resolve();
    });
  });
}

/** Resolves when a command has printed a text, or has ended without it. */
function said({ process, ended }: Running, text: string): Promise<unknown> {
  let seen = "";
  const printed = new Promise<void>((resolve) => {
    process.stdout?.on("data", (chunk: string) => {
      seen += chunk;
      if (seen.includes(text)) resolve();
    });
  });
  return Promise.race([printed, ended]);
}
