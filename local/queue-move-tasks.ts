/**
 * Redrive out of a dead-letter queue: StartMessageMoveTask and its kin, as the SQS API Reference and the Developer Guide
 * ("Configuring a dead-letter queue redrive") describe them. Tasks run in real time, whatever the speed of the run.
 */
import { randomUUID } from "node:crypto";
import { AwsFault } from "./aws-fault";
import type { Message, Queue } from "./queue";
import type { ActionInput } from "./queue-actions";

/** SQS API, StartMessageMoveTask: messages a second. */
const MAX_RATE = 500;
/** SQS API, ListMessageMoveTasks: tasks in one answer. */
const MAX_LISTED = 10;

type QueueOf = (arn: string) => Queue | undefined;

export class MoveTasks {
  /** The newest first. */
  readonly #tasks: MoveTask[] = [];

  /** @param queues every queue of the stack */
  constructor(private readonly queues: () => readonly Queue[]) {}

  /** The dead-letter queue that a call is about. */
  source({ SourceArn, TaskHandle }: ActionInput): Queue | undefined {
    return this.#byArn(String(SourceArn)) ?? this.#tasks.find(({ handle }) => handle === TaskHandle)?.source;
  }

  start(input: ActionInput) {
    const source = this.#existing(input, "SourceArn");
    const { arn } = source.settings;
    if (!this.queues().some(({ settings }) => settings.redrive?.deadLetterTargetArn === arn))
      throw invalid("Source queue must be configured as a Dead Letter Queue.");
    const destination = input.DestinationArn === undefined ? undefined : this.#existing(input, "DestinationArn");
    if (destination === source) throw invalid("Source queue arn and destination queue arn cannot be the same.");
    const rate = whole(input, "MaxNumberOfMessagesPerSecond", MAX_RATE);
    if (this.#tasks.some((task) => task.source === source && task.status === "RUNNING"))
      throw invalid("There is already a task running. Only one active task is allowed for a source queue.");
    const task = new MoveTask(source, destination, rate, (wanted) => this.#byArn(wanted));
    this.#tasks.unshift(task);
    return { TaskHandle: task.handle };
  }

  list(input: ActionInput) {
    const source = this.#existing(input, "SourceArn");
    const listed = whole(input, "MaxResults", MAX_LISTED) ?? 1;
    const tasks = this.#tasks.filter((task) => task.source === source).slice(0, listed);
    return { Results: tasks.map((task) => task.description) };
  }

  cancel({ TaskHandle }: ActionInput) {
    const task = this.#tasks.find(({ handle }) => handle === TaskHandle);
    if (task === undefined) throw notFound("Task does not exist.");
    if (task.status !== "RUNNING")
      throw new AwsFault(
        "UnsupportedOperation",
        `A task can only be cancelled while it is RUNNING: it is ${task.status}.`,
        {
          queryCode: "AWS.SimpleQueueService.UnsupportedOperation",
        },
      );
    task.cancel();
    return { ApproximateNumberOfMessagesMoved: task.moved };
  }

  stop(): void {
    for (const task of this.#tasks) if (task.status === "RUNNING") task.cancel();
  }

  #existing(input: ActionInput, name: "SourceArn" | "DestinationArn"): Queue {
    const queue = this.#byArn(String(input[name]));
    if (queue !== undefined) return queue;
    throw notFound(`The resource that you specified for the ${name} parameter doesn't exist.`);
  }

  #byArn(arn: string): Queue | undefined {
    return this.queues().find(({ settings }) => settings.arn === arn);
  }
}

class MoveTask {
  readonly handle = randomUUID();
  readonly #startedAt = Date.now();
  readonly #toMove: number;
  moved = 0;
  status: "RUNNING" | "COMPLETED" | "CANCELLED" | "FAILED" = "RUNNING";
  #timer: NodeJS.Timeout;

  constructor(
    readonly source: Queue,
    private readonly destination: Queue | undefined,
    private readonly rate: number | undefined,
    private readonly queueOf: QueueOf,
  ) {
    this.#toMove = source.depth().visible;
    // Without a rate AWS picks one by the backlog; here it is the timer's, about a thousand a second.
    this.#timer = setInterval(() => this.#step(), 1000 / (rate ?? 1000));
  }

  get description() {
    const failureReason = this.status === "FAILED" && { FailureReason: "CouldNotDetermineMessageSource" };
    return {
      ...(this.status === "RUNNING" && { TaskHandle: this.handle }),
      Status: this.status,
      SourceArn: this.source.settings.arn,
      ...(this.destination && { DestinationArn: this.destination.settings.arn }),
      ...(this.rate !== undefined && { MaxNumberOfMessagesPerSecond: this.rate }),
      ApproximateNumberOfMessagesMoved: this.moved,
      ApproximateNumberOfMessagesToMove: this.#toMove,
      ...failureReason,
      StartedTimestamp: this.#startedAt,
    };
  }

  cancel(): void {
    this.#end("CANCELLED");
  }

  /** Moves the oldest message; it becomes a new one, with an id, an age and a receive count of its own. */
  #step(): void {
    const message = this.moved < this.#toMove ? this.source.withdraw() : undefined;
    if (message === undefined) {
      this.#end("COMPLETED");
      return;
    }
    const target = this.destination ?? this.#origin(message);
    if (target === undefined) {
      this.source.accept(message);
      this.#end("FAILED");
      return;
    }
    target.send(message.body, message.attributes, message.senderId);
    this.moved++;
  }

  /** Unknown for a message that was sent to the dead-letter queue and not moved there. */
  #origin({ deadLetterSourceArn }: Message): Queue | undefined {
    return deadLetterSourceArn === undefined ? undefined : this.queueOf(deadLetterSourceArn);
  }

  #end(status: "COMPLETED" | "CANCELLED" | "FAILED"): void {
    clearInterval(this.#timer);
    this.status = status;
  }
}

function whole(input: ActionInput, name: string, maximum: number): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= maximum) return Number(value);
  throw invalid(
    `Value ${String(value)} for parameter ${name} is invalid. Reason: Must be between 1 and ${maximum}, if provided.`,
  );
}

const invalid = (message: string): AwsFault => new AwsFault("InvalidParameterValue", message);
const notFound = (message: string): AwsFault => new AwsFault("ResourceNotFoundException", message, { status: 404 });
