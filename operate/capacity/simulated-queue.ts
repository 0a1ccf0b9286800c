/**
 * A standard queue as the simulation sees it: what came and was not received is a number on the arrival curve; only
 * what was received has an object, and the messages of one receive share it. Messages are received in the order in
 * which they became visible, as from the local run's queue; SQS promises no order.
 */
import type { Held } from "../../local/mapping-batch";
import type { ArrivalCurve } from "./arrivals";

/** SQS Developer Guide, "Message quotas": messages in flight of a standard queue. */
export const IN_FLIGHT_LIMIT = { value: 120_000, source: "SQS Developer Guide, message quotas" } as const;

/** So many that were received again are cleared away at once: shifting each would cost the length of the list. */
const FORGET_AFTER = 10_000;

/** The events of a first receive: they came at about the same time. */
interface Origin {
  readonly sentAt: number;
  /** Not deleted yet, nor dead-lettered. */
  left: number;
}

export interface SimulatedMessage extends Held {
  readonly origin: Origin;
  readonly receives: number;
}

export class SimulatedQueue {
  inFlight = 0;
  highestInFlight = 0;
  /** Of those in flight, whose invocation failed: they wait for their visibility timeout. */
  #hidden = 0;
  deleted = 0;
  deadLettered = 0;
  #firstReceived = 0;
  #origins: Origin[] = [];
  /** Visible again after a failure, in the order of time. */
  #returned: { readonly message: SimulatedMessage; readonly at: number }[] = [];
  #nextReturned = 0;

  constructor(
    private readonly arrivals: ArrivalCurve,
    private readonly settings: { readonly messageBytes: number; readonly maxReceiveCount: number },
  ) {}

  /** Messages that can be received. */
  visible(at: number): number {
    return this.arrivals.arrivedBy(at) - this.#firstReceived + this.#returned.length - this.#nextReturned;
  }

  /** Messages that wait: visible, or hidden by a failure. */
  backlog(at: number): number {
    return this.visible(at) + this.#hidden;
  }

  /** Events that have come by a time. */
  arrived(at: number): number {
    return this.arrivals.arrivedBy(at);
  }

  /** Events that need nothing more. */
  get done(): number {
    return this.deleted + this.deadLettered;
  }

  /** When the next event comes that has not come yet. */
  nextArrival(at: number): number {
    return this.arrivals.timeOf(this.arrivals.arrivedBy(at) + 1);
  }

  receive(maximum: number, at: number): SimulatedMessage[] {
    const received: SimulatedMessage[] = [];
    const most = Math.min(maximum, IN_FLIGHT_LIMIT.value - this.inFlight);
    while (received.length < most) {
      const left = most - received.length;
      const fresh = this.#fresh(left, at);
      if (fresh === undefined && !this.#again(received, at)) break;
      if (fresh !== undefined) for (let count = fresh.origin.left; count > 0; count--) received.push(fresh);
    }
    this.inFlight += received.length;
    this.highestInFlight = Math.max(this.highestInFlight, this.inFlight);
    return received;
  }

  delete(messages: readonly SimulatedMessage[]): void {
    for (const { origin } of messages) origin.left--;
    this.deleted += messages.length;
    this.inFlight -= messages.length;
  }

  /** Their invocation failed. */
  hide(messages: number): void {
    this.#hidden += messages;
  }

  /** The visibility timeout of one that was hidden is over. */
  show(message: SimulatedMessage, at: number): void {
    this.#hidden--;
    this.inFlight--;
    this.#returned.push({ message, at });
  }

  /** Age of the oldest message that is not deleted, also of one in flight, as SQS counts it. */
  oldestAgeMs(at: number): number {
    let done = 0;
    while (this.#origins[done]?.left === 0) done++;
    if (done > 0) this.#origins = this.#origins.slice(done);
    const sentAt = this.#origins[0]?.sentAt ?? this.arrivals.timeOf(this.#firstReceived + 1);
    return Math.max(0, at - sentAt);
  }

  /** Messages never received before that came no later than the next one that was. */
  #fresh(most: number, at: number): SimulatedMessage | undefined {
    const until = Math.min(at, this.#returned[this.#nextReturned]?.at ?? at);
    const count = Math.min(most, this.arrivals.arrivedBy(until) - this.#firstReceived);
    if (count <= 0) return undefined;
    const origin = { sentAt: this.arrivals.timeOf(this.#firstReceived + 1), left: count };
    this.#firstReceived += count;
    this.#origins.push(origin);
    return { messageId: "", receivedAt: at, bytes: this.settings.messageBytes, origin, receives: 1 };
  }

  /** One that was received before; false when there is none. */
  #again(received: SimulatedMessage[], at: number): boolean {
    const again = this.#returned[this.#nextReturned];
    if (again === undefined) return false;
    this.#nextReturned++;
    if (this.#nextReturned === FORGET_AFTER) {
      this.#returned = this.#returned.slice(FORGET_AFTER);
      this.#nextReturned = 0;
    }
    const { message } = again;
    if (message.receives >= this.settings.maxReceiveCount) {
      message.origin.left--;
      this.deadLettered++;
    } else received.push({ ...message, receivedAt: at, receives: message.receives + 1 });
    return true;
  }
}
