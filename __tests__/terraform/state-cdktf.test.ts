/** `npx cdktf deploy`, `diff` and `destroy` from a clone of the project, with state in S3. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import { type EmulatedAws, startEmulatedAws } from "./emulated-aws";
import { describeWithTerraform } from "./requirements";
import { StateProject } from "./state-project";
import { encryptionOf, keysIn, s3At } from "./state-run";

// Queues and the function alone take the provider a minute to make.
jest.setTimeout(600_000);

const BUCKET = "acme-state";
const KEY = "webhook/test/webhook-test.tfstate";

describeWithTerraform("the whole webhook with its state in S3", () => {
  let aws: EmulatedAws;
  let s3: S3Client;
  let project: StateProject;

  beforeAll(async () => {
    aws = await startEmulatedAws();
    s3 = s3At(aws.url);
    // Not by the stack's own: the emulator takes its policy against plain HTTP for one against everything.
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    project = await StateProject.of(
      { state: { kind: "s3", bucket: BUCKET }, table: { deletionProtection: false } },
      aws.url,
    );
  });

  afterAll(async () => {
    project?.remove();
    s3?.destroy();
    await aws?.stop();
  });

  test("is deployed, and nothing of its state is left here", async () => {
    const deployed = await project.cdktf(["deploy", "--auto-approve"]);
    expect(deployed).toMatchObject({ exitCode: 0 });
    expect(deployed.stdout).toContain("events_table_name = test-webhook-events");
    expect(await keysIn(s3, BUCKET)).toEqual([KEY]);
    expect(await encryptionOf(s3, BUCKET, KEY)).toBe("AES256");
    expect(project.files().filter((name) => name.endsWith(".tfstate"))).toEqual([]);
  });

  test("got the provider of the project's lock file", () => {
    const locked = readFileSync(join(project.stack("webhook-test"), ".terraform.lock.hcl"), "utf8");
    const version = /hashicorp\/aws" \{\n\s+version\s+= "([^"]+)"/;
    expect(version.exec(locked)?.[1]).toBe(version.exec(project.lockFile())?.[1]);
  });

  test("has nothing to make or to destroy afterwards", async () => {
    const { exitCode, stdout } = await project.cdktf(["diff"]);
    expect(exitCode).toBe(0);
    // What the emulator does not store differs and is named in emulator-differences.ts.
    expect(stdout).toMatch(/No changes|Plan:\S* 0 to add, \d+ to change, 0 to destroy/);
  });

  test("is destroyed until its state is empty", async () => {
    expect(await project.cdktf(["destroy", "--auto-approve"])).toMatchObject({ exitCode: 0 });
    expect(await project.terraform("webhook-test", "state", "list")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(await keysIn(s3, BUCKET)).toEqual([KEY]);
  });
});
