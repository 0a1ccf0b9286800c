/** Names of resources. Each starts with the environment, so that a policy or a search can take one environment only. */

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
