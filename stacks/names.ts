/**
 * Names of resources. Each starts with the environment, so that a policy or a search can take one environment only;
 * a bucket's starts with the stack and the environment, since it shares one name space with everybody's.
 */

/** A stack's part in its resources' names, and what starts its buckets' names. */
const STACKS = {
  webhook: { bucket: "webhook" },
  "postgres-sink": { bucket: "postgres" },
} as const;

/** Names of the resources of one stack of one environment. */
export class ResourceNames {
  constructor(
    private readonly environment: string,
    private readonly stack: keyof typeof STACKS,
  ) {}

  /** Such as "dev-webhook-events" for events of dev. */
  of(what: string): string {
    return `${this.environment}-${this.stack}-${what}`;
  }

  /** Under this prefix API Gateway's log delivery needs no growing resource policy (CloudWatch Logs, vended logs). */
  get accessLogGroup(): string {
    return `/aws/vendedlogs/${this.of("access")}`;
  }

  /**
   * The bodies bucket's name up to the 26 characters that Terraform adds. With the longest environment it has the 37
   * that Terraform takes (AWS provider, aws_s3_bucket, bucket_prefix; S3 User Guide, bucket naming rules), or fewer.
   */
  get bodiesBucketPrefix(): string {
    return `${STACKS[this.stack].bucket}-${this.environment}-bodies-`;
  }
}

/** Lists events by source and time: keys and state only, so that it costs one write unit an event. */
export const EVENTS_INDEX = "by-source-and-time";

/** Where the Lambda console looks for a function's log. */
export function functionLogGroupName(functionName: string): string {
  return `/aws/lambda/${functionName}`;
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
