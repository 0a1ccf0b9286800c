/** The event source mapping at work: drives the rule of mapping.ts against the real queue and the real function. */
import { AwsFault } from "./aws-fault";
import {
  type Action,
  type Held,
  INITIAL_STATE,
  type MappingSettings,
  type MappingState,
  next,
  type Observation,
  type Outcome,
  type Returned,
} from "./mapping";
import type { Queue } from "./queue";
import { queueEvent, type ReceivedMessage } from "./queue-records";
import type { Timeline } from "./timeline";

/** What the poller needs of its neighbours. */
export interface PollerPorts {
  /** An SQS call in the name of the function's role. */
  callQueue(action: string, input: Readonly<Record<string, unknown>>): Promise<unknown>;
  invoke(event: unknown): Promise<Outcome>;
}

interface HeldMessage extends Held {
  readonly received: ReceivedMessage;
}

/** How long until a queue that does not answer is asked again. */
const UNREACHABLE_RETRY_MS = 1_000;

export class Poller {
  #state: MappingState = INITIAL_STATE;
  #stopped = false;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #queue: Queue;
  readonly #settings: MappingSettings;
  readonly #ports: PollerPorts;
  readonly #timeline: Timeline;

  constructor(
    readonly functionName: string,
    queue: Queue,
    settings: MappingSettings,
    ports: PollerPorts,
    timeline: Timeline,
  ) {
    this.#queue = queue;
    this.#settings = settings;
    this.#ports = ports;
    this.#timeline = timeline;
  }

  get maximumConcurrency(): number {
    return this.#settings.maximumConcurrency;
  }

  start(): void {
    this.#observe({ saw: "start", at: Date.now() });
  }

  /** Nothing is received, invoked or deleted from here on; what is invoked already ends by itself. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #observe(observation: Observation<HeldMessage>): void {
    if (this.#stopped) return;
    const { state, actions } = next(this.#settings, this.#state, observation);
    this.#state = state;
    for (const action of actions) this.#act(action);
  }

  #act(action: Action<HeldMessage>): void {
    switch (action.do) {
      case "poll":
        void this.#poll(action);
        break;
      case "invoke":
        this.#at(action.at, () => void this.#invoke(action.batch));
        break;
      case "delete":
        void this.#delete(action.messages);
        break;
      case "return":
        this.#return(action.messages, action.reason);
        break;
      case "wake":
        this.#at(action.at, () => this.#observe({ saw: "woken", at: Date.now() }));
    }
  }

  async #poll(poll: Action<HeldMessage> & { do: "poll" }): Promise<void> {
    try {
      const received = (await this.#ports.callQueue("ReceiveMessage", {
        QueueUrl: this.#queue.settings.url,
        MaxNumberOfMessages: poll.maximum,
        WaitTimeSeconds: poll.waitMs / 1000,
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      })) as { Messages?: ReceivedMessage[] };
      const messages = (received.Messages ?? []).map((message) => this.#hold(message));
      const leftVisible = await this.#leftVisible();
      this.#observe({ saw: "polled", at: Date.now(), batch: poll.batch, messages, leftVisible });
    } catch (fault) {
      // A missing permission is kept by the endpoint and fails the run; a queue that is down comes back.
      if (!(fault instanceof AwsFault)) throw fault;
      if (fault.code === "AccessDenied") return;
      this.#at(Date.now() + UNREACHABLE_RETRY_MS, () => void this.#poll(poll));
    }
  }

  /** What Lambda may read to see whether to grow: this is what it asks the permission for. */
  async #leftVisible(): Promise<number> {
    try {
      const { Attributes } = (await this.#ports.callQueue("GetQueueAttributes", {
        QueueUrl: this.#queue.settings.url,
        AttributeNames: ["ApproximateNumberOfMessages"],
      })) as { Attributes: Record<string, string> };
      return Number(Attributes.ApproximateNumberOfMessages);
    } catch (fault) {
      // What was received is in hand and must be worked off all the same.
      if (fault instanceof AwsFault) return 0;
      throw fault;
    }
  }

  #hold(received: ReceivedMessage): HeldMessage {
    const receiveCount = Number(received.Attributes?.ApproximateReceiveCount);
    this.#timeline.record({ step: "polled", messageId: received.MessageId, facts: { receiveCount } });
    return {
      messageId: received.MessageId,
      receivedAt: Date.now(),
      bytes: Buffer.byteLength(received.Body),
      received,
    };
  }

  async #invoke(batch: readonly HeldMessage[]): Promise<void> {
    const event = queueEvent(
      batch.map(({ received }) => received),
      this.#queue.settings.arn,
    );
    const outcome = await this.#ports.invoke(event);
    this.#observe({ saw: "ended", at: Date.now(), batch, outcome });
  }

  async #delete(messages: readonly HeldMessage[]): Promise<void> {
    for (let from = 0; from < messages.length; from += 10) {
      const some = messages.slice(from, from + 10);
      const Entries = some.map(({ received }, index) => ({ Id: String(index), ReceiptHandle: received.ReceiptHandle }));
      try {
        await this.#ports.callQueue("DeleteMessageBatch", { QueueUrl: this.#queue.settings.url, Entries });
        for (const { messageId } of some) this.#timeline.record({ step: "deleted", messageId });
      } catch (fault) {
        // As on AWS: what could not be deleted is seen again after its visibility timeout.
        if (!(fault instanceof AwsFault)) throw fault;
      }
    }
  }

  #return(messages: readonly Returned<HeldMessage>[], reason: string): void {
    for (const { message, visibleAt } of messages) {
      this.#timeline.record({ step: "returned", messageId: message.messageId, facts: { reason } });
      // The queue does it by itself in real time; only a faster clock needs help, which is no call of the function's role.
      if (this.#settings.speed > 1) this.#at(visibleAt, () => this.#show(message.received.ReceiptHandle));
    }
  }

  #show(receiptHandle: string): void {
    try {
      this.#queue.changeVisibility(receiptHandle, 0);
    } catch (fault) {
      // It is visible already.
      if (!(fault instanceof AwsFault)) throw fault;
    }
  }

  #at(time: number, act: () => void): void {
    if (this.#stopped) return;
    const delay = time - Date.now();
    if (delay <= 0) {
      act();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delay);
    this.#timers.add(timer);
  }
}
