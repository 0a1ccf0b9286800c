/**
 * One standard SQS queue in memory: visibility timeout, receive count, delay, redrive to a dead-letter queue. Why it is
 * our own: docs/decisions/0004.
 */
import { randomUUID } from "node:crypto";
import { AwsFault } from "./aws-fault";
import type { MessageAttributes } from "./message-rules";
import { LongPolls, type Poll } from "./queue-polls";

/** SQS Developer Guide, "Message quotas": messages in flight of a standard queue. */
const MAX_IN_FLIGHT = 120_000;

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  /** Milliseconds since the Unix epoch. */
  readonly sentAt: number;
  readonly senderId: string;
  firstReceivedAt?: number;
  receiveCount: number;
  /** Of its last receive. */
  receiptHandle?: string;
  /** The queue whose redrive policy moved it to where it is now. */
  deadLetterSourceArn?: string;
}

export interface Received {
  readonly message: Message;
  readonly receiptHandle: string;
  /** As of this receive: the message itself counts on. */
  readonly receiveCount: number;
}

export interface QueueSettings {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly visibilityTimeoutSeconds: number;
  readonly delaySeconds: number;
  readonly waitTimeSeconds: number;
  readonly maximumMessageBytes: number;
  readonly redrive?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number };
}

export interface Depth {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

interface InFlight {
  readonly message: Message;
  timer: NodeJS.Timeout;
}

export class Queue {
  readonly #visible = new Set<Message>();
  readonly #inFlight = new Map<string, InFlight>();
  /** What was received and is visible again, by the handle of its last receive. */
  readonly #returned = new Map<string, Message>();
  readonly #delayed = new Map<Message, NodeJS.Timeout>();
  readonly #polls = new LongPolls();
  #deadLetter: ((message: Message) => void) | undefined;

  constructor(readonly settings: QueueSettings) {}

  /** Where messages go that were received more often than the redrive policy allows. */
  onDeadLetter(take: (message: Message) => void): void {
    this.#deadLetter = take;
  }

  /** @param delaySeconds in place of the queue's own */
  send(
    body: string,
    attributes: MessageAttributes,
    senderId: string,
    delaySeconds = this.settings.delaySeconds,
  ): Message {
    const message = { id: randomUUID(), body, attributes, senderId, sentAt: Date.now(), receiveCount: 0 };
    if (delaySeconds > 0)
      this.#delayed.set(
        message,
        this.#after(delaySeconds, () => this.#show(message)),
      );
    else this.accept(message);
    return message;
  }

  /** Takes a message as it is: with its id, its age and its receive count. */
  accept(message: Message): void {
    this.#visible.add(message);
    this.#polls.serve((poll) => this.#take(poll));
  }

  /** Takes the oldest visible message off without receiving it. */
  withdraw(): Message | undefined {
    const [oldest] = this.#visible;
    if (oldest !== undefined) this.#hide(oldest);
    return oldest;
  }

  /**
   * @param maximum 1–10
   * @param waitSeconds how long to wait for a first message; may be a fraction here
   * @param cut ends the wait; its reason is thrown
   * @throws AwsFault OverLimit with too many messages in flight
   */
  receive(
    maximum: number,
    waitSeconds = this.settings.waitTimeSeconds,
    visibilityTimeoutSeconds = this.settings.visibilityTimeoutSeconds,
    cut?: AbortSignal,
  ): Promise<readonly Received[]> {
    if (this.#inFlight.size >= MAX_IN_FLIGHT)
      throw new AwsFault("OverLimit", `Too many messages in flight: the limit of a queue is ${MAX_IN_FLIGHT}.`, {
        status: 403,
      });
    const poll = { maximum, visibilityTimeoutSeconds };
    const received = this.#take(poll);
    return received.length > 0 || waitSeconds <= 0
      ? Promise.resolve(received)
      : this.#polls.wait(poll, waitSeconds, cut);
  }

  /**
   * Deletes a message by the handle of its last receive, also when it is visible again (SQS API, DeleteMessage). With an
   * older handle nothing happens.
   */
  delete(receiptHandle: string): void {
    const returned = this.#returned.get(receiptHandle);
    if (returned !== undefined) this.#hide(returned);
    clearTimeout(this.#inFlight.get(receiptHandle)?.timer);
    this.#inFlight.delete(receiptHandle);
  }

  /** @throws AwsFault when the message is not in flight any more */
  changeVisibility(receiptHandle: string, seconds: number): void {
    const held = this.#inFlight.get(receiptHandle);
    if (held === undefined)
      throw new AwsFault(
        "MessageNotInflight",
        "Message does not exist or is not available for visibility timeout change.",
        { queryCode: "AWS.SimpleQueueService.MessageNotInflight" },
      );
    clearTimeout(held.timer);
    if (seconds <= 0) this.#return(receiptHandle);
    else held.timer = this.#after(seconds, () => this.#return(receiptHandle));
  }

  depth(): Depth {
    return { visible: this.#visible.size, inFlight: this.#inFlight.size, delayed: this.#delayed.size };
  }

  /** Every message on the queue, without receiving it. */
  messages(): readonly Message[] {
    return [...this.#visible, ...this.#delayed.keys(), ...[...this.#inFlight.values()].map(({ message }) => message)];
  }

  purge(): void {
    for (const timer of this.#delayed.values()) clearTimeout(timer);
    for (const { timer } of this.#inFlight.values()) clearTimeout(timer);
    this.#visible.clear();
    this.#returned.clear();
    this.#delayed.clear();
    this.#inFlight.clear();
  }

  /** Ends every timer; whoever still waits for a message gets none. */
  stop(): void {
    this.purge();
    this.#polls.stop();
  }

  #take({ maximum, visibilityTimeoutSeconds }: Poll): Received[] {
    const received: Received[] = [];
    for (const message of this.#visible) {
      if (received.length === maximum) break;
      this.#hide(message);
      message.receiveCount++;
      if (this.#deadLetter && message.receiveCount > (this.settings.redrive?.maxReceiveCount ?? Infinity)) {
        message.deadLetterSourceArn = this.settings.arn;
        this.#deadLetter(message);
        continue;
      }
      message.firstReceivedAt ??= Date.now();
      const receiptHandle = randomUUID();
      const timer = this.#after(visibilityTimeoutSeconds, () => this.#return(receiptHandle));
      message.receiptHandle = receiptHandle;
      this.#inFlight.set(receiptHandle, { message, timer });
      received.push({ message, receiptHandle, receiveCount: message.receiveCount });
    }
    return received;
  }

  /** Takes a visible message out of sight, and with it the handle of its last receive. */
  #hide(message: Message): void {
    this.#visible.delete(message);
    if (message.receiptHandle !== undefined) this.#returned.delete(message.receiptHandle);
  }

  #return(receiptHandle: string): void {
    const held = this.#inFlight.get(receiptHandle);
    if (held === undefined) return;
    this.#inFlight.delete(receiptHandle);
    this.#returned.set(receiptHandle, held.message);
    this.accept(held.message);
  }

  #show(message: Message): void {
    this.#delayed.delete(message);
    this.accept(message);
  }

  #after(seconds: number, act: () => void): NodeJS.Timeout {
    return setTimeout(act, seconds * 1000);
  }
}
