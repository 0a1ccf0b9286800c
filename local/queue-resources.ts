/** Makes the queues of a stack, with Terraform's defaults, and ties each to its dead-letter queue. */
import { count, jsonObject, text } from "./arguments";
import { propertyUnplayable } from "./errors";
import { type Message, Queue, type QueueSettings } from "./queue";
import { QueueService } from "./queue-service";
import { ACCOUNT_ID, REGION } from "./resource-types";
import type { Resource, Template } from "./template";

/** Told of every message that was received too often, after it moved. */
type DeadLetterListener = (message: Message, from: Queue, to: Queue) => void;

/**
 * @param origin of the loopback endpoint, which stands in every queue URL
 * @throws LocalRunError for a redrive policy to a queue that the stack does not have
 */
export function makeQueues(template: Template, origin: string, onDeadLetter: DeadLetterListener): QueueService {
  const service = new QueueService();
  const resources = template.resources("aws_sqs_queue");
  for (const resource of resources) service.add(new Queue(settingsOf(resource, template, origin)));
  for (const resource of resources) {
    const source = service.byArn(queueArn(text(resource, "name")));
    const redrive = source?.settings.redrive;
    if (source === undefined || redrive === undefined) continue;
    const target = service.byArn(redrive.deadLetterTargetArn);
    if (target === undefined)
      throw propertyUnplayable(
        resource.address,
        "redrive_policy",
        redrive.deadLetterTargetArn,
        `A dead-letter queue must be in the same stack here: ${service
          .all()
          .map(({ settings }) => settings.arn)
          .join(", ")}`,
      );
    source.onDeadLetter((message) => {
      target.accept(message);
      onDeadLetter(message, source, target);
    });
  }
  return service;
}

const queueArn = (name: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${name}`;

function settingsOf(resource: Resource, template: Template, origin: string): QueueSettings {
  const name = text(resource, "name");
  const url = `${origin}/${ACCOUNT_ID}/${name}`;
  const redrive = redriveOf(resource, template, url);
  return {
    name,
    url,
    arn: queueArn(name),
    visibilityTimeoutSeconds: count(resource, "visibility_timeout_seconds", 30),
    delaySeconds: count(resource, "delay_seconds", 0),
    waitTimeSeconds: count(resource, "receive_wait_time_seconds", 0),
    maximumMessageBytes: count(resource, "max_message_size", 262_144),
    ...(redrive && { redrive }),
  };
}

/** The queue's own redrive policy, or the one of a resource that names the queue. */
function redriveOf(resource: Resource, template: Template, url: string): QueueSettings["redrive"] {
  const apart = template
    .resources("aws_sqs_queue_redrive_policy")
    .find(({ properties }) => properties.queue_url === url);
  const policy = jsonObject(apart ?? resource, "redrive_policy");
  if (policy === undefined) return undefined;
  return {
    deadLetterTargetArn: String(policy.deadLetterTargetArn),
    maxReceiveCount: Number(policy.maxReceiveCount),
  };
}
