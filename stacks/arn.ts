/** ARNs of what has none that a resource could be asked for. */

/** What AWS calls the partition of a region (IAM User Guide, Amazon Resource Names). */
export function partitionOf(region: string): "aws" | "aws-cn" | "aws-us-gov" {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

export interface Account {
  readonly region: string;
  /** Its twelve digits, or a reference to them. */
  readonly accountId: string;
}

/** Of a function that cannot be referred to, since it needs what its ARN stands in. */
export function functionArn({ region, accountId }: Account, functionName: string): string {
  return `arn:${partitionOf(region)}:lambda:${region}:${accountId}:function:${functionName}`;
}

/** Of a parameter of Parameter Store, by its name (Systems Manager User Guide, access to parameters). */
export function parameterArn({ region, accountId }: Account, name: string): string {
  return `arn:${partitionOf(region)}:ssm:${region}:${accountId}:parameter/${name.replace(/^\//, "")}`;
}

/**
 * Of a secret of Secrets Manager, by its name: six characters follow it that nobody knows before it is there (Secrets
 * Manager User Guide, permissions policies). Six wildcards fit no longer name, which a `*` would.
 */
export function secretArn({ region, accountId }: Account, name: string): string {
  return `arn:${partitionOf(region)}:secretsmanager:${region}:${accountId}:secret:${name}-??????`;
}

/**
 * Of a user of a database, for `rds-db:connect` (RDS User Guide, IAM policy for IAM database access).
 * @param resourceId of the instance ("db-…") or the cluster ("cluster-…")
 */
export function databaseUserArn({ region, accountId }: Account, resourceId: string, user: string): string {
  return `arn:${partitionOf(region)}:rds-db:${region}:${accountId}:dbuser:${resourceId}/${user}`;
}
