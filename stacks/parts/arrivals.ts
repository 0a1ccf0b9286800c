import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { BODY_KEYS } from "../names";
import type { Statement } from "../policy";
import type { Verification } from "./verification";

/** What the consumer has to know of the way that events came. @default for verification: the ingress has verified */
export interface Arrivals extends Partial<Verification> {
  /** Header sets by name, where a message carries values only. @default a message names its headers */
  readonly headerSets?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Where bodies lie that no message holds. @default every body is in its message */
  readonly bodies?: S3Bucket | undefined;
  /** Networks whose events are stored; those of others are rejected. @default everybody's, or the ingress has looked */
  readonly allowedCidrs?: readonly string[] | undefined;
}

/** To read a body that the publisher left in the bucket. */
export function readBodyRights(bodies: S3Bucket): [Statement, Statement] {
  return [
    { Effect: "Allow", Action: "s3:GetObject", Resource: `${bodies.arn}/${BODY_KEYS.inflight}*` },
    // Without it S3 says of a missing object that access is denied (S3 API, GetObject, permissions): one message's
    // fault could not be told from a stack's. It cannot be narrowed by s3:prefix, which a GetObject does not have.
    { Effect: "Allow", Action: "s3:ListBucket", Resource: bodies.arn },
  ];
}
