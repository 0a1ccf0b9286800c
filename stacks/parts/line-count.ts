import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchLogMetricFilter } from "@cdktf/provider-aws/lib/cloudwatch-log-metric-filter";
import type { Construct } from "constructs";

export interface LineCountProps {
  readonly logGroup: CloudwatchLogGroup;
  /** Of the metric, and of what makes it. */
  readonly name: string;
  /** Which lines count: what their `stage` is. */
  readonly stage: string;
  /** Whether each source has a count of its own, and lines of no source of the settings none. @default false */
  readonly isBySource?: boolean;
}

/** A metric by its names in CloudWatch. */
export interface Metric {
  readonly namespace: string;
  readonly metricName: string;
}

/** CloudWatch's name space of everything that is counted here. */
const NAMESPACE = "scalable-webhook";

/**
 * Counts lines of a function's log. By source it is bounded, and so is its bill: the functions write a source only where
 * it is one of the settings, since any other name is a stranger's choice.
 */
export function countLines(scope: Construct, id: string, props: LineCountProps): Metric {
  const { logGroup, name, stage, isBySource = false } = props;
  const isStage = `$.stage = "${stage}"`;
  new CloudwatchLogMetricFilter(scope, id, {
    name,
    logGroupName: logGroup.name,
    pattern: isBySource ? `{ (${isStage}) && ($.source = "*") }` : `{ ${isStage} }`,
    metricTransformation: {
      name,
      namespace: NAMESPACE,
      value: "1",
      ...(isBySource ? { dimensions: { source: "$.source" } } : {}),
    },
  });
  return { namespace: NAMESPACE, metricName: name };
}
