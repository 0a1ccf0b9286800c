import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { keepPrivate } from "./parts/private-bucket";
import { addAws } from "./parts/providers";
import { addLocalState } from "./parts/state";
import { ReadableStack } from "./readable-stack";

export interface StateBucketStackProps {
  readonly bucket: string;
  readonly region: string;
}

/** For how long a state can be brought back after another was written over it. */
const OLD_VERSION_DAYS = 90;
const DAYS_UNTIL_ABORT = 1;

/**
 * The bucket that other stacks keep their state in. Deployed once, with state in a file of its own for each bucket:
 * what keeps state cannot be kept there before it exists. Nothing in it depends on the environment, so that every
 * environment with the same bucket makes the same stack.
 */
export class StateBucketStack extends ReadableStack {
  constructor(scope: Construct, id: string, { bucket: name, region }: StateBucketStackProps) {
    super(scope, id);
    addAws(this, region, { project: "scalable-webhook", stack: id });
    addLocalState(this, `${id}.${name}`);

    const bucket = new S3Bucket(this, "bucket", { bucket: name, lifecycle: { preventDestroy: true } });
    keepPrivate(this, bucket);
    const versioning = new S3BucketVersioningA(this, "versioning", {
      bucket: bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: bucket.id,
      dependsOn: [versioning],
      rule: [
        {
          id: "expire-old-versions",
          status: "Enabled",
          filter: [{ prefix: "" }],
          noncurrentVersionExpiration: [{ noncurrentDays: OLD_VERSION_DAYS }],
          // Every run deletes its lock file, which leaves a marker.
          expiration: [{ expiredObjectDeleteMarker: true }],
        },
        {
          id: "abort-incomplete-uploads",
          status: "Enabled",
          filter: [{ prefix: "" }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: DAYS_UNTIL_ABORT }],
        },
      ],
    });
    new TerraformOutput(this, "bucket_name", { description: "Bucket for state", value: bucket.bucket });
  }
}
