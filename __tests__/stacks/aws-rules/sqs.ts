import { resource, resources } from "../synthesized";
import { type AwsRule, list, map, named, num, referred, str, within } from "./rule";

const QUEUE = "aws_sqs_queue.events_queue";
const DEAD_LETTERS = "aws_sqs_queue.events_dead-letter-queue";

export const SQS_RULES: readonly AwsRule[] = [
  {
    name: "queue names are allowed",
    source: "SQS API, CreateQueue, QueueName",
    problems: (stack) =>
      resources(stack, "aws_sqs_queue").flatMap((queue) => named(queue, "name", /^[A-Za-z0-9_-]{1,80}$/)),
    breakIt: (stack) => {
      resource(stack, QUEUE).name = "dev/events";
    },
    found: [`${QUEUE}: name is "dev/events", not ^[A-Za-z0-9_-]{1,80}$`],
  },
  {
    name: "queue attributes are in range",
    source: "SQS API, SetQueueAttributes; size: validator of AWS provider 5, which is below SQS's 1 MiB",
    problems: (stack) =>
      resources(stack, "aws_sqs_queue").flatMap(({ address, properties }) => [
        ...within(address, "message_retention_seconds", properties.message_retention_seconds, 60, 1_209_600),
        ...within(address, "visibility_timeout_seconds", properties.visibility_timeout_seconds, 0, 43_200),
        ...within(address, "receive_wait_time_seconds", properties.receive_wait_time_seconds, 0, 20),
        ...within(address, "max_message_size", properties.max_message_size, 1_024, 262_144),
      ]),
    breakIt: (stack) => {
      resource(stack, QUEUE).message_retention_seconds = 1_209_601;
      resource(stack, DEAD_LETTERS).max_message_size = 1_048_576;
    },
    found: [
      `${DEAD_LETTERS}: max_message_size is 1048576, not 1024–262144`,
      `${QUEUE}: message_retention_seconds is 1209601, not 60–1209600`,
    ],
  },
  {
    name: "a redrive policy counts to 1,000 at most and names a queue that allows it",
    source: "SQS API, SetQueueAttributes, RedrivePolicy and RedriveAllowPolicy",
    problems: (stack) =>
      resources(stack, "aws_sqs_queue").flatMap(({ address, properties }) => {
        if (properties.redrive_policy === undefined) return [];
        const policy = map(JSON.parse(str(properties.redrive_policy)));
        const target = referred(policy.deadLetterTargetArn);
        const allowed = resources(stack, "aws_sqs_queue_redrive_allow_policy")
          .filter((allow) => referred(allow.properties.queue_url) === target)
          .flatMap((allow) => list(map(JSON.parse(str(allow.properties.redrive_allow_policy))).sourceQueueArns))
          .map(referred);
        return [
          ...within(address, "maxReceiveCount", policy.maxReceiveCount ?? null, 1, 1_000),
          ...(allowed.includes(address) ? [] : [`${address}: ${target} does not allow it to move messages there`]),
        ];
      }),
    breakIt: (stack) => {
      resource(stack, QUEUE).redrive_policy = JSON.stringify({
        deadLetterTargetArn: `\${${DEAD_LETTERS}.arn}`,
        maxReceiveCount: 0,
      });
      stack.resource.aws_sqs_queue_redrive_allow_policy = {};
    },
    found: [
      `${QUEUE}: maxReceiveCount is 0, not 1–1000`,
      `${QUEUE}: ${DEAD_LETTERS} does not allow it to move messages there`,
    ],
  },
  {
    name: "a dead-letter queue keeps messages at least as long as its source",
    source: "SQS Developer Guide, dead-letter queues: the original enqueue time counts",
    problems: (stack) =>
      resources(stack, "aws_sqs_queue").flatMap(({ address, properties }) => {
        if (properties.redrive_policy === undefined) return [];
        const target = referred(map(JSON.parse(str(properties.redrive_policy))).deadLetterTargetArn) ?? "";
        const there = num(resource(stack, target).message_retention_seconds, 345_600);
        const here = num(properties.message_retention_seconds, 345_600);
        return there >= here ? [] : [`${target}: keeps messages ${there} s, less than the ${here} s of ${address}`];
      }),
    breakIt: (stack) => {
      resource(stack, DEAD_LETTERS).message_retention_seconds = 3_600;
    },
    found: [`${DEAD_LETTERS}: keeps messages 3600 s, less than the 1209600 s of ${QUEUE}`],
  },
];
