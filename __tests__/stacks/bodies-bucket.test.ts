import type { EnvironmentSettings } from "../../stacks/settings";
import { counts, parsed, resource, type StackJson, synthesized, told } from "./synthesized";

const LAMBDA = { ingress: "lambda" } as const satisfies EnvironmentSettings;
const stack = synthesized(LAMBDA);

test("is named after the environment, and kept from destroy as the table is", () => {
  expect(told(stack, "aws_s3_bucket.bodies_bucket")).toEqual({
    bucket_prefix: "webhook-test-bodies-",
    force_destroy: false,
  });
  const disposable = synthesized({ ...LAMBDA, table: { deletionProtection: false } });
  expect(resource(disposable, "aws_s3_bucket.bodies_bucket").force_destroy).toBe(true);
});

test("refuses plain HTTP", () => {
  expect(parsed(resource(stack, "aws_s3_bucket_policy.bodies_policy").policy).Statement).toEqual([
    {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: ["${aws_s3_bucket.bodies_bucket.arn}", "${aws_s3_bucket.bodies_bucket.arn}/*"],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
});

test("forgets what is on its way and what was rejected, and keeps the bodies of events that are kept", () => {
  const rules = (of: StackJson) => resource(of, "aws_s3_bucket_lifecycle_configuration.bodies_lifecycle").rule;
  const expire = (id: string, prefix: string, days: number) => ({
    id: `expire-${id}`,
    status: "Enabled",
    filter: [{ prefix }],
    expiration: [{ days }],
  });
  const abort = {
    id: "abort-incomplete-uploads",
    status: "Enabled",
    filter: [{ prefix: "" }],
    abort_incomplete_multipart_upload: [{ days_after_initiation: 1 }],
  };
  const always = [expire("inflight", "inflight/", 35), expire("bodies-rejected", "bodies/rejected/", 97)];
  expect(rules(stack)).toEqual([...always, abort]);
  expect(rules(synthesized({ ...LAMBDA, table: { eventExpiryDays: 60 } }))).toEqual([
    ...always,
    expire("bodies-stored", "bodies/stored/", 67),
    expire("bodies-failed", "bodies/failed/", 67),
    expire("bodies-conflict", "bodies/conflict/", 67),
    abort,
  ]);
});

test("is never versioned: what has expired would live on as a version", () => {
  expect(counts(stack)).not.toHaveProperty("aws_s3_bucket_versioning");
});
