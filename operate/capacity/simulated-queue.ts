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
    return received;
  }

  delete(messages: readonly SimulatedMessage[]): void {
    for (const { origin } of messages) origin.left--;
    this.deleted += messages.length;
    this.inFlight -= messages.length;
  }

  /** Its visibility timeout is over. */
  show(message: SimulatedMessage, at: number): void {
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

  /** Messages never received before, unless one is due that was visible again earlier. */
  #fresh(most: number, at: number): SimulatedMessage | undefined {
    const count = Math.min(most, this.arrivals.arrivedBy(at) - this.#firstReceived);
    if (count <= 0) return undefined;
    const sentAt = this.arrivals.timeOf(this.#firstReceived + 1);
    const again = this.#returned[this.#nextReturned];
    if (again !== undefined && again.at < sentAt) return undefined;
    this.#firstReceived += count;
    const origin = { sentAt, left: count };
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
