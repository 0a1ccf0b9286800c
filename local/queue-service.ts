/** The SQS API over the stack's queues: finds the queue that a call is about and the action it asks for. */
import { AwsFault } from "./aws-fault";
import type { Queue } from "./queue";
import {
  type ActionCaller,
  type ActionInput,
  attributesOf,
  changeVisibility,
  handle,
  receive,
  send,
} from "./queue-actions";
import { batch, checkBatchBytes } from "./queue-batch";
import { MoveTasks } from "./queue-move-tasks";

type Action = (input: ActionInput, caller: ActionCaller) => unknown;

export class QueueService {
  readonly #byUrl = new Map<string, Queue>();
  readonly #byName = new Map<string, Queue>();
  readonly #moveTasks = new MoveTasks(() => this.all());

  add(queue: Queue): void {
    this.#byUrl.set(queue.settings.url, queue);
    this.#byName.set(queue.settings.name, queue);
  }

  all(): readonly Queue[] {
    return [...this.#byName.values()];
  }

  byArn(arn: string): Queue | undefined {
    return this.all().find(({ settings }) => settings.arn === arn);
  }

  /** The queue that a call is about, if the call names one that exists. */
  target(input: ActionInput): Queue | undefined {
    const { QueueUrl, QueueName } = input;
    if (typeof QueueName === "string") return this.#byName.get(QueueName);
    // By the last part, as the host is the loopback's here and may be written in more than one way.
    return typeof QueueUrl === "string"
      ? (this.#byUrl.get(QueueUrl) ?? this.#byName.get(QueueUrl.slice(QueueUrl.lastIndexOf("/") + 1)))
      : this.#moveTasks.source(input);
  }

  /** @throws AwsFault for what AWS would refuse, and for actions that are not played */
  call(action: string, input: ActionInput, caller: ActionCaller): unknown {
    const act = Object.hasOwn(this.#actions, action) ? this.#actions[action] : undefined;
    if (act === undefined)
      throw new AwsFault(
        "UnsupportedOperation",
        `The local run does not play sqs:${action}. It plays: ${Object.keys(this.#actions).join(", ")}.`,
        { queryCode: "AWS.SimpleQueueService.UnsupportedOperation" },
      );
    return act(input, caller);
  }

  stop(): void {
    this.#moveTasks.stop();
    for (const queue of this.all()) queue.stop();
  }

  readonly #actions: Readonly<Record<string, Action>> = {
    SendMessage: (input, caller) => send(this.#queue(input), input, caller),
    SendMessageBatch: (input, caller) => {
      const queue = this.#queue(input);
      checkBatchBytes(input);
      return batch(input, (entry) => send(queue, entry, caller));
    },
    ReceiveMessage: (input, caller) => receive(this.#queue(input), input, caller),
    DeleteMessage: (input) => this.#queue(input).delete(handle(input)),
    DeleteMessageBatch: (input) => {
      const queue = this.#queue(input);
      return batch(input, (entry) => queue.delete(handle(entry)));
    },
    ChangeMessageVisibility: (input) => changeVisibility(this.#queue(input), input),
    ChangeMessageVisibilityBatch: (input) => {
      const queue = this.#queue(input);
      return batch(input, (entry) => changeVisibility(queue, entry));
    },
    GetQueueAttributes: (input) => ({ Attributes: attributesOf(this.#queue(input), input) }),
    GetQueueUrl: (input) => ({ QueueUrl: this.#queue(input).settings.url }),
    ListQueues: ({ QueueNamePrefix = "" }) => ({
      QueueUrls: this.all()
        .filter(({ settings }) => settings.name.startsWith(String(QueueNamePrefix)))
        .map(({ settings }) => settings.url),
    }),
    ListDeadLetterSourceQueues: (input) => {
      const { arn } = this.#queue(input).settings;
      const sources = this.all().filter(({ settings }) => settings.redrive?.deadLetterTargetArn === arn);
      return { queueUrls: sources.map(({ settings }) => settings.url) };
    },
    PurgeQueue: (input) => this.#queue(input).purge(),
    StartMessageMoveTask: (input) => this.#moveTasks.start(input),
    ListMessageMoveTasks: (input) => this.#moveTasks.list(input),
    CancelMessageMoveTask: (input) => this.#moveTasks.cancel(input),
  };

  #queue(input: ActionInput): Queue {
    const queue = this.target(input);
    if (queue === undefined)
      throw new AwsFault("QueueDoesNotExist", "The specified queue does not exist.", {
        queryCode: "AWS.SimpleQueueService.NonExistentQueue",
      });
    return queue;
  }
}
