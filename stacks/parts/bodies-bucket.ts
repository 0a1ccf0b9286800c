import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { Construct } from "constructs";
import type { ResourceNames } from "../names";
import { keepPrivate } from "./private-bucket";

export interface BodiesBucketProps {
  readonly names: ResourceNames;
  /** Whether a bucket with bodies in it can be destroyed. */
  readonly isDisposable: boolean;
  /** Prefix of keys → days until a body there is deleted. Other bodies stay. */
  readonly expiryDays: Readonly<Record<string, number>>;
}

const DAYS_UNTIL_ABORT = 1;

/**
 * Bodies that do not fit into a message or an item: encrypted, TLS only, not public. Not versioned: a key is written
 * once, under a request's id, and a version would keep what has expired.
 */
export class BodiesBucket extends Construct {
  readonly bucket: S3Bucket;

  constructor(scope: Construct, id: string, { names, isDisposable, expiryDays }: BodiesBucketProps) {
    super(scope, id);
    this.bucket = new S3Bucket(this, "bucket", {
      bucketPrefix: names.bodiesBucketPrefix,
      forceDestroy: isDisposable,
    });
    const bucket = this.bucket.id;
    keepPrivate(this, this.bucket);
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket,
      rule: [
        ...Object.entries(expiryDays).map(([prefix, days]) => ({
          id: `expire-${prefix.replace(/\/$/, "").replaceAll("/", "-")}`,
          status: "Enabled",
          filter: [{ prefix }],
          expiration: [{ days }],
        })),
        // Nothing here uploads in parts; what somebody began by hand is paid for, and is not seen in a listing.
        {
          id: "abort-incomplete-uploads",
          status: "Enabled",
          filter: [{ prefix: "" }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: DAYS_UNTIL_ABORT }],
        },
      ],
    });
  }
}
