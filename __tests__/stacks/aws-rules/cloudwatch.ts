import { resource, resources } from "../synthesized";
import { type AwsRule, list, map, named, num, referred, str } from "./rule";

const ALARM = "aws_cloudwatch_metric_alarm.alarms_consumer-errors";

/** Source: SQS Developer Guide, CloudWatch metrics; Lambda Developer Guide, metrics. */
const METRICS: Readonly<
  Record<string, { readonly names: readonly string[]; readonly dimensions: Readonly<Record<string, string>> }>
> = {
  "AWS/SQS": {
    names: [
      "ApproximateAgeOfOldestMessage",
      "ApproximateNumberOfMessagesDelayed",
      "ApproximateNumberOfMessagesNotVisible",
      "ApproximateNumberOfMessagesVisible",
      "NumberOfEmptyReceives",
      "NumberOfMessagesDeleted",
      "NumberOfMessagesReceived",
      "NumberOfMessagesSent",
      "SentMessageSize",
    ],
    dimensions: { QueueName: "aws_sqs_queue" },
  },
  "AWS/Lambda": {
    names: ["ConcurrentExecutions", "Duration", "Errors", "Invocations", "Throttles"],
    dimensions: { FunctionName: "aws_lambda_function" },
  },
};
const RETENTION = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const CLOUDWATCH_RULES: readonly AwsRule[] = [
  {
    name: "alarm metrics exist and are about resources of the stack",
    source: "SQS Developer Guide and Lambda Developer Guide, CloudWatch metrics",
    problems: (stack) =>
      resources(stack, "aws_cloudwatch_metric_alarm").flatMap(({ address, properties }) => {
        const metrics = METRICS[str(properties.namespace)];
        const name = str(properties.metric_name);
        // Those that the stack itself makes have no dimension that an alarm is for.
        const isMade = resources(stack, "aws_cloudwatch_log_metric_filter").some(({ properties: filter }) => {
          const made = map(filter.metric_transformation);
          return made.namespace === properties.namespace && made.name === name && made.dimensions === undefined;
        });
        if (isMade) return [];
        if (metrics === undefined || !metrics.names.includes(name))
          return [`${address}: there is no metric ${str(properties.namespace)} ${name}`];
        return Object.entries(map(properties.dimensions))
          .filter(
            ([dimension, value]) =>
              metrics.dimensions[dimension] === undefined ||
              referred(value)?.split(".")[0] !== metrics.dimensions[dimension],
          )
          .map(([dimension, value]) => `${address}: dimension ${dimension} is ${str(value)}`);
      }),
    breakIt: (stack) => {
      resource(stack, ALARM).metric_name = "Failures";
      resource(stack, "aws_cloudwatch_metric_alarm.alarms_conflicts").metric_name = "test-webhook-conflict";
      resource(stack, "aws_cloudwatch_metric_alarm.alarms_dead-letter-queue-not-empty").dimensions = {
        QueueName: "gone",
      };
    },
    found: [
      "aws_cloudwatch_metric_alarm.alarms_conflicts: there is no metric scalable-webhook test-webhook-conflict",
      `${ALARM}: there is no metric AWS/Lambda Failures`,
      "aws_cloudwatch_metric_alarm.alarms_dead-letter-queue-not-empty: dimension QueueName is gone",
    ],
  },
  {
    name: "lines that are counted are in a log group, and by a dimension that the pattern requires",
    source: "CloudWatch Logs API, PutMetricFilter; CloudWatch Logs User Guide, dimensions for metric filters",
    problems: (stack) =>
      resources(stack, "aws_cloudwatch_log_metric_filter").flatMap((filter) => {
        const { log_group_name: group, pattern, metric_transformation: transformation } = filter.properties;
        const { name, namespace, dimensions } = map(transformation);
        const fields = Object.values(map(dimensions ?? {})).map(str);
        return [
          ...named(filter, "name", /^[^:*]{1,512}$/),
          ...(referred(group)?.startsWith("aws_cloudwatch_log_group.")
            ? []
            : [`${filter.address}: counts no log group`]),
          ...(/^[^:*$]{1,255}$/.test(str(name)) && /^(?!AWS\/)[\w./#-]{1,255}$/.test(str(namespace))
            ? []
            : [`${filter.address}: makes ${str(namespace)} ${str(name)}`]),
          ...(fields.length <= 3 ? [] : [`${filter.address}: ${fields.length} dimensions`]),
          ...fields
            .filter((field) => !/^\$\.\w+$/.test(field) || !str(pattern).includes(`(${field} = `))
            .map((field) => `${filter.address}: dimension ${field} is not in its pattern`),
        ];
      }),
    breakIt: (stack) => {
      const filter = resource(stack, "aws_cloudwatch_log_metric_filter.alarms_conflict-count");
      filter.name = "a*";
      filter.log_group_name = "gone";
      filter.metric_transformation = {
        name: "a",
        namespace: "AWS/Logs",
        value: "1",
        dimensions: { source: "$.source" },
      };
    },
    found: [
      'aws_cloudwatch_log_metric_filter.alarms_conflict-count: name is "a*", not ^[^:*]{1,512}$',
      "aws_cloudwatch_log_metric_filter.alarms_conflict-count: counts no log group",
      "aws_cloudwatch_log_metric_filter.alarms_conflict-count: makes AWS/Logs a",
      "aws_cloudwatch_log_metric_filter.alarms_conflict-count: dimension $.source is not in its pattern",
    ],
  },
  {
    name: "alarms notify a topic, and their numbers are allowed",
    source: "CloudWatch API, PutMetricAlarm; SNS API, CreateTopic",
    problems: (stack) => [
      ...resources(stack, "aws_sns_topic").flatMap((topic) => named(topic, "name", /^[A-Za-z0-9_-]{1,256}$/)),
      ...resources(stack, "aws_cloudwatch_metric_alarm").flatMap((alarm) => {
        const { period, evaluation_periods: periods, alarm_actions: actions } = alarm.properties;
        const topics = list(actions).filter(
          (action) =>
            str(action).startsWith("arn:") ||
            resources(stack, "aws_sns_topic").some(({ address }) => address === referred(action)),
        );
        return [
          ...named(alarm, "alarm_name", /^.{1,255}$/),
          ...(num(period) % 60 === 0 && num(period) * num(periods) <= 86_400
            ? []
            : [`${alarm.address}: period ${num(period)} × ${num(periods)}`]),
          ...(topics.length === list(actions).length && topics.length > 0
            ? []
            : [`${alarm.address}: notifies no topic that exists`]),
        ];
      }),
    ],
    breakIt: (stack) => {
      resource(stack, "aws_sns_topic.alarms_topic").name = "a b";
      resource(stack, ALARM).period = 45;
      resource(stack, ALARM).alarm_actions = ["${aws_sns_topic.gone.arn}"];
    },
    found: [
      'aws_sns_topic.alarms_topic: name is "a b", not ^[A-Za-z0-9_-]{1,256}$',
      `${ALARM}: period 45 × 1`,
      `${ALARM}: notifies no topic that exists`,
    ],
  },
  {
    name: "log groups have allowed names and a retention that CloudWatch Logs knows",
    source: "CloudWatch Logs API, CreateLogGroup and PutRetentionPolicy",
    problems: (stack) =>
      resources(stack, "aws_cloudwatch_log_group").flatMap((group) => [
        ...named(group, "name", /^[.\-_/#A-Za-z0-9]{1,512}$/),
        ...(RETENTION.includes(num(group.properties.retention_in_days))
          ? []
          : [`${group.address}: retention_in_days is ${num(group.properties.retention_in_days)}`]),
      ]),
    breakIt: (stack) => {
      Object.assign(resource(stack, "aws_cloudwatch_log_group.http_access-log"), {
        name: "a b",
        retention_in_days: 31,
      });
    },
    found: [
      'aws_cloudwatch_log_group.http_access-log: name is "a b", not ^[.\\-_/#A-Za-z0-9]{1,512}$',
      "aws_cloudwatch_log_group.http_access-log: retention_in_days is 31",
    ],
  },
];
