/**
 * One standard SQS queue in memory: visibility timeout, receive count, long polling, delay, redrive to a dead-letter
 * queue. In process, because the emulator that was meant for it needs a newer Node than we promise and listens on every
 * interface (docs/decisions).
 */
import { randomUUID } from "node:crypto";
import { AwsFault } from "./aws-fault";
import type { MessageAttributes } from "./message-rules";

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

interface Waiter {
  readonly maximum: number;
  readonly visibilityTimeoutSeconds: number;
  readonly resolve: (received: readonly Received[]) => void;
  readonly timer: NodeJS.Timeout;
}

interface InFlight {
  readonly message: Message;
  timer: NodeJS.Timeout;
}

export class Queue {
  #visible = new Set<Message>();
  readonly #inFlight = new Map<string, InFlight>();
  readonly #delayed = new Map<Message, NodeJS.Timeout>();
  #waiters: Waiter[] = [];
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
    this.#serveWaiters();
  }

  /**
   * @param maximum 1–10
   * @param waitSeconds how long to wait for a first message; may be a fraction here
   * @throws AwsFault OverLimit with too many messages in flight
   */
  receive(
    maximum: number,
    waitSeconds = this.settings.waitTimeSeconds,
    visibilityTimeoutSeconds = this.settings.visibilityTimeoutSeconds,
  ): Promise<readonly Received[]> {
    if (this.#inFlight.size >= MAX_IN_FLIGHT)
      throw new AwsFault("OverLimit", `Too many messages in flight: the limit of a queue is ${MAX_IN_FLIGHT}.`, {
        status: 403,
      });
    const received = this.#take(maximum, visibilityTimeoutSeconds);
    if (received.length > 0 || waitSeconds <= 0) return Promise.resolve(received);
    return new Promise((resolve) => {
      const timer = this.#after(waitSeconds, () => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        resolve([]);
      });
      const waiter = { maximum, visibilityTimeoutSeconds, resolve, timer };
      this.#waiters.push(waiter);
    });
  }

  /** Deletes a message in flight; an old receipt handle is accepted without effect, as on AWS. */
  delete(receiptHandle: string): void {
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
    this.#delayed.clear();
    this.#inFlight.clear();
  }

  /** Ends every timer; whoever still waits for a message gets none. */
  stop(): void {
    this.purge();
    for (const { timer, resolve } of this.#waiters.splice(0)) {
      clearTimeout(timer);
      resolve([]);
    }
  }

  #take(maximum: number, visibilityTimeoutSeconds: number): Received[] {
    const received: Received[] = [];
    for (const message of this.#visible) {
      if (received.length === maximum) break;
      this.#visible.delete(message);
      message.receiveCount++;
      if (this.#deadLetter && message.receiveCount > (this.settings.redrive?.maxReceiveCount ?? Infinity)) {
        this.#deadLetter(message);
        continue;
      }
      message.firstReceivedAt ??= Date.now();
      const receiptHandle = randomUUID();
      const timer = this.#after(visibilityTimeoutSeconds, () => this.#return(receiptHandle));
      this.#inFlight.set(receiptHandle, { message, timer });
      received.push({ message, receiptHandle, receiveCount: message.receiveCount });
    }
    return received;
  }

  #return(receiptHandle: string): void {
    const held = this.#inFlight.get(receiptHandle);
    if (held === undefined) return;
    this.#inFlight.delete(receiptHandle);
    this.accept(held.message);
  }

  #show(message: Message): void {
    this.#delayed.delete(message);
    this.accept(message);
  }

  #serveWaiters(): void {
    while (this.#visible.size > 0) {
      const waiter = this.#waiters[0];
      if (waiter === undefined) return;
      const received = this.#take(waiter.maximum, waiter.visibilityTimeoutSeconds);
      // All that was visible went to the dead-letter queue: this one waits on.
      if (received.length === 0) return;
      this.#waiters.shift();
      clearTimeout(waiter.timer);
      waiter.resolve(received);
    }
  }

  #after(seconds: number, act: () => void): NodeJS.Timeout {
    return setTimeout(act, seconds * 1000);
  }
}
