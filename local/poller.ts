/** The event source mapping at work: drives the rule of mapping.ts against the real queue and the real function. */
import { AwsFault } from "./aws-fault";
import { type Action, INITIAL_STATE, type MappingState, next, type Observation } from "./mapping";
import type { MappingSettings, Outcome, Returned } from "./mapping-batch";
import { type CallQueue, type HeldMessage, PolledQueue } from "./polled-queue";
import type { Queue } from "./queue";
import { queueEvent } from "./queue-records";
import type { Timeline } from "./timeline";

/** What the poller needs of its neighbours. */
export interface PollerPorts {
  /** An SQS call in the name of the function's role. */
  readonly callQueue: CallQueue;
  readonly invoke: (event: unknown) => Promise<Outcome>;
}

/** How long until a queue that does not answer is asked again. */
const UNREACHABLE_RETRY_MS = 1_000;

export class Poller {
  #state: MappingState = INITIAL_STATE;
  #stopped = false;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #queue: Queue;
  readonly #polled: PolledQueue;
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
    this.#polled = new PolledQueue(queue.settings.url, ports.callQueue);
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
        void this.#polled.delete(action.messages, (messageId) => this.#timeline.record({ step: "deleted", messageId }));
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
      const messages = await this.#polled.receive(poll.maximum, poll.waitMs);
      for (const { messageId, received } of messages) {
        const receiveCount = Number(received.Attributes?.ApproximateReceiveCount);
        this.#timeline.record({ step: "polled", messageId, facts: { receiveCount } });
      }
      const leftVisible = await this.#polled.leftVisible();
      this.#observe({ saw: "polled", at: Date.now(), batch: poll.batch, messages, leftVisible });
    } catch (fault) {
      // A missing permission is kept by the endpoint and fails the run; a queue that is down comes back.
      if (!(fault instanceof AwsFault)) throw fault;
      if (fault.code === "AccessDenied") return;
      this.#at(Date.now() + UNREACHABLE_RETRY_MS, () => void this.#poll(poll));
    }
  }

  async #invoke(batch: readonly HeldMessage[]): Promise<void> {
    const event = queueEvent(
      batch.map(({ received }) => received),
      this.#queue.settings.arn,
    );
    const outcome = await this.#ports.invoke(event);
    this.#observe({ saw: "ended", at: Date.now(), batch, outcome });
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
