/** The bucket for state, made as docs/state.md says, from a clone of the project. */

import { GetBucketEncryptionCommand, GetBucketVersioningCommand, type S3Client } from "@aws-sdk/client-s3";
import { type EmulatedAws, startEmulatedAws } from "./emulated-aws";
import { describeWithTerraform } from "./requirements";
import { StateProject } from "./state-project";
import { s3At } from "./state-run";

// A lifecycle configuration alone takes the provider a minute: it reads it again until it has settled.
jest.setTimeout(300_000);

const BUCKET = "acme-state";
const STATE = { WEBHOOK_STACK: "state" };

describeWithTerraform("the bucket for state", () => {
  let aws: EmulatedAws;
  let s3: S3Client;
  let project: StateProject;

  beforeAll(async () => {
    aws = await startEmulatedAws();
    s3 = s3At(aws.url);
    project = await StateProject.of({ state: { kind: "s3", bucket: BUCKET } }, aws.url);
  });

  afterAll(async () => {
    project?.remove();
    s3?.destroy();
    await aws?.stop();
  });

  test("is deployed with local state, versioned and encrypted", async () => {
    expect(await project.cdktf(["deploy", "--auto-approve"], STATE)).toMatchObject({ exitCode: 0 });
    expect(project.files()).toContain(`terraform.webhook-state.${BUCKET}.tfstate`);
    expect(await s3.send(new GetBucketVersioningCommand({ Bucket: BUCKET }))).toMatchObject({ Status: "Enabled" });
    const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket: BUCKET }));
    expect(ServerSideEncryptionConfiguration?.Rules).toMatchObject([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } },
    ]);
  });

  test("does not differ from the stack afterwards", async () => {
    const { exitCode, stdout } = await project.terraform("webhook-state", "plan", "-detailed-exitcode");
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("No changes.")]);
  });

  test("is not destroyed by a command", async () => {
    const { exitCode, stderr } = await project.terraform("webhook-state", "destroy", "-auto-approve");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Resource aws_s3_bucket.bucket has lifecycle.prevent_destroy set");
    expect(await s3.send(new GetBucketVersioningCommand({ Bucket: BUCKET }))).toMatchObject({ Status: "Enabled" });
  });
});
