/** Local state on its way into the bucket, by the commands of docs/state.md. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { type EmulatedAws, startEmulatedAws } from "./emulated-aws";
import { describeWithTerraform } from "./requirements";
import { stateEnvironment, writeStateFolder } from "./state-folder";
import { keysIn, s3At, terraformIn } from "./state-run";

jest.setTimeout(120_000);

/** As far as it is looked at: each resource with the id that only it has. */
interface State {
  readonly resources: readonly object[];
}

const BUCKET = "acme-state";
const STATE = { kind: "s3", bucket: BUCKET } as const;

describeWithTerraform("local state", () => {
  let aws: EmulatedAws;
  let s3: S3Client;
  let root: string;
  let terraform: ReturnType<typeof terraformIn>;
  let folder: string;

  beforeAll(async () => {
    aws = await startEmulatedAws();
    s3 = s3At(aws.url);
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  });

  afterAll(async () => {
    s3?.destroy();
    await aws?.stop();
  });

  // Each test is of an environment of its own: what was deployed with local state before.
  async function deployLocally(environment: string): Promise<void> {
    root = mkdtempSync(join(tmpdir(), "webhook-migration-"));
    folder = writeStateFolder(root, environment, { kind: "local" });
    terraform = terraformIn(folder, stateEnvironment(root, aws.url));
    await succeeds("init");
    await succeeds("apply", "-auto-approve");
  }

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  test("is pushed into the bucket from a folder that knows nothing of it, as a new checkout has", async () => {
    await deployLocally("pushed");
    rmSync(folder, { recursive: true });
    writeStateFolder(root, "pushed", STATE);
    await succeeds("init", "-input=false");
    await succeeds("state", "push", "../../../terraform.webhook-pushed.tfstate");
    expect(await remoteState("pushed")).toMatchObject({ resources: localState("pushed").resources });
    expect(await succeeds("plan", "-detailed-exitcode")).toContain("No changes.");
    expect(await keysIn(s3, BUCKET)).toContain("webhook/pushed/webhook-pushed.tfstate");
  });

  test("is migrated by init where the folder still knows where it was", async () => {
    await deployLocally("migrated");
    writeStateFolder(root, "migrated", STATE);
    const { exitCode, stderr } = await terraform("init", "-input=false");
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("Backend configuration changed")]);
    await succeeds("init", "-migrate-state", "-force-copy");
    expect(await remoteState("migrated")).toMatchObject({ resources: localState("migrated").resources });
    expect(await succeeds("plan", "-detailed-exitcode")).toContain("No changes.");
  });

  test("that was forgotten shows as a plan that makes everything again", async () => {
    await deployLocally("forgotten");
    rmSync(folder, { recursive: true });
    writeStateFolder(root, "forgotten", STATE);
    await succeeds("init", "-input=false");
    expect(await succeeds("plan")).toContain("Plan: 1 to add, 0 to change, 0 to destroy.");
  });

  test("is not pushed over the state of something else", async () => {
    await deployLocally("taken");
    rmSync(folder, { recursive: true });
    writeStateFolder(root, "taken", STATE);
    await succeeds("init", "-input=false");
    await succeeds("apply", "-auto-approve");
    const { exitCode, stderr } = await terraform("state", "push", "../../../terraform.webhook-taken.tfstate");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("cannot import state with lineage");
    expect(await remoteState("taken")).not.toMatchObject({ resources: localState("taken").resources });
  });

  async function succeeds(...words: readonly string[]): Promise<string> {
    const ended = await terraform(...words);
    expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
    return ended.stdout;
  }

  const localState = (environment: string): State =>
    JSON.parse(readFileSync(join(root, `terraform.webhook-${environment}.tfstate`), "utf8"));

  async function remoteState(environment: string): Promise<State> {
    const Key = `webhook/${environment}/webhook-${environment}.tfstate`;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    return JSON.parse((await Body?.transformToString()) ?? "");
  }
});
