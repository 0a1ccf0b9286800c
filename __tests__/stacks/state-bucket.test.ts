import { counts, parsed, resource, synthesizedStateBucket, told } from "./synthesized";

const stack = synthesizedStateBucket("acme-state", "eu-central-1");

test("has the name that the settings give, in its region, and cannot be destroyed", () => {
  expect(told(stack, "aws_s3_bucket.bucket")).toEqual({
    bucket: "acme-state",
    lifecycle: { prevent_destroy: true },
  });
  expect(stack.provider.aws).toEqual([
    { default_tags: [{ tags: { project: "scalable-webhook", stack: "webhook-state" } }], region: "eu-central-1" },
  ]);
});

test("keeps its own state in a file for each bucket", () => {
  expect(stack.terraform).toMatchObject({
    backend: { local: { path: "../../../terraform.webhook-state.acme-state.tfstate" } },
    required_version: ">= 1.5.0",
  });
});

test("is versioned, and lets old versions, markers of deleted locks and incomplete uploads go", () => {
  expect(told(stack, "aws_s3_bucket_versioning.versioning")).toEqual({
    bucket: "${aws_s3_bucket.bucket.id}",
    versioning_configuration: { status: "Enabled" },
  });
  expect(told(stack, "aws_s3_bucket_lifecycle_configuration.lifecycle")).toEqual({
    bucket: "${aws_s3_bucket.bucket.id}",
    depends_on: ["aws_s3_bucket_versioning.versioning"],
    rule: [
      {
        id: "expire-old-versions",
        status: "Enabled",
        filter: [{ prefix: "" }],
        noncurrent_version_expiration: [{ noncurrent_days: 90 }],
        expiration: [{ expired_object_delete_marker: true }],
      },
      {
        id: "abort-incomplete-uploads",
        status: "Enabled",
        filter: [{ prefix: "" }],
        abort_incomplete_multipart_upload: [{ days_after_initiation: 1 }],
      },
    ],
  });
});

test("is encrypted, private and TLS only", () => {
  expect(counts(stack)).toMatchObject({
    aws_s3_bucket_ownership_controls: 1,
    aws_s3_bucket_public_access_block: 1,
    aws_s3_bucket_server_side_encryption_configuration: 1,
  });
  expect(parsed(resource(stack, "aws_s3_bucket_policy.policy").policy).Statement).toEqual([
    {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: ["${aws_s3_bucket.bucket.arn}", "${aws_s3_bucket.bucket.arn}/*"],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
});

test("needs AWS only", () => {
  expect(stack.terraform.required_providers).toEqual({ aws: { source: "aws", version: ">= 5.100.0, < 7.0.0" } });
});
