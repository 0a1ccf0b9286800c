/**
 * Names of resources. Each starts with the environment, so that a policy or a search can take one environment only;
 * a bucket's starts with webhook and the environment, since it shares one name space with everybody's.
 */

/** Such as "dev-webhook-events" for events of dev. */
export function resourceName(environment: string, what: string): string {
  return `${environment}-webhook-${what}`;
}

/** Under this prefix API Gateway's log delivery needs no growing resource policy (CloudWatch Logs, vended logs). */
export function accessLogGroupName(environment: string): string {
  return `/aws/vendedlogs/${resourceName(environment, "access")}`;
}

/** Where the Lambda console looks for a function's log. */
export function functionLogGroupName(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}

/**
 * The bodies bucket's name up to the 26 characters that Terraform adds. With the longest environment it has 36 of the
 * 37 that Terraform takes (AWS provider, aws_s3_bucket, bucket_prefix; S3 User Guide, bucket naming rules).
 */
export function bodiesBucketPrefix(environment: string): string {
  return `webhook-${environment}-bodies-`;
}

/** Where a stack's state is in its bucket. */
export function stateKey(prefix: string, environment: string, stack: string): string {
  return `${prefix}/${environment}/${stack}.tfstate`;
}

/** Keys in the bodies bucket. The functions write and read exactly these. */
export const BODY_KEYS = {
  /** On its way: written by the publisher, under the request's id. */
  inflight: "inflight/",
  /** Too large for its item: copied there by the consumer, under the item's state and the request's id. */
  kept: "bodies/",
} as const;
