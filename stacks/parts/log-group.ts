import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { Construct } from "constructs";

/** A log group that forgets: what makes a group by itself (Lambda does) would keep everything for ever. */
export function logGroup(scope: Construct, id: string, name: string, retentionInDays: number): CloudwatchLogGroup {
  return new CloudwatchLogGroup(scope, id, { name, retentionInDays });
}
