/**
 * Every step of every event, one stream: the report, the live output and the tests all read from here, so that none of
 * them looks into the parts.
 */

/** The steps an event can take, in the order in which they are usually seen. */
export const STEPS = [
  "received", // the API got the request
  "refused", // the API answered 4xx or 5xx: nothing was queued, the sender knows
  "answered", // the API answered 2xx to what is no event: nothing was queued
  "queued", // the queue took the message and the sender got its 2xx
  "polled", // the event source mapping received the message
  "invoked", // an execution environment got the batch with the message
  "stored",
  "duplicate",
  "conflict",
  "rejected",
  "failed",
  "filtered", // of a type that its source does not want: counted, and done
  "returned", // reported as a batch item failure, or its invocation failed: it becomes visible again
  "deleted", // done: the mapping deleted the message
  "dead-lettered",
] as const;
export type Step = (typeof STEPS)[number];

export interface TimelineEntry {
  readonly step: Step;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** The API's request id; known from "received" on. */
  readonly requestId?: string;
  /** SQS's message id; known from "queued" on. */
  readonly messageId?: string;
  /** `source#eventId`; known once the consumer has named it. */
  readonly key?: string;
  /** Free facts of the step: status, receiveCount, reason, environment, method, path, bytes. Never a body, never a secret. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
}

/** What to wait for: every given field must be equal. */
export type TimelineMatch = Partial<Pick<TimelineEntry, "step" | "requestId" | "messageId" | "key">>;

/** Thrown by {@link Timeline.until}; its message says what was seen instead. */
export class TimelineTimeout extends Error {
  override readonly name = "TimelineTimeout";
}

interface Wait {
  /** Whether this entry ends the wait; is shown each entry once, in order. */
  readonly isLast: (entry: TimelineEntry) => boolean;
  readonly withinMs: number;
  readonly whatWasSeen: () => string;
}

type Listener = (entry: TimelineEntry) => void;

export class Timeline {
  readonly #entries: TimelineEntry[] = [];
  readonly #listeners = new Set<Listener>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  record(entry: Omit<TimelineEntry, "at">): void {
    const stamped = { ...entry, at: this.#now() };
    this.#entries.push(stamped);
    for (const listener of this.#listeners) listener(stamped);
  }

  entries(match: TimelineMatch = {}): readonly TimelineEntry[] {
    return this.#entries.filter((entry) => matches(entry, match));
  }

  count(match: TimelineMatch): number {
    return this.entries(match).length;
  }

  /** Calls back for every entry from now on. @returns a function that ends it. */
  onEntry(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Waits until `count` entries match (those already there count).
   * @throws TimelineTimeout after `withinMs`
   */
  until(match: TimelineMatch, { withinMs, count = 1 }: { withinMs: number; count?: number }): Promise<void> {
    let seen = 0;
    return this.#untilEntries({
      isLast: (entry) => matches(entry, match) && ++seen >= count,
      withinMs,
      whatWasSeen: () => this.#whatWasSeen(match, { seen, count, withinMs }),
    });
  }

  /**
   * Waits until each of the messages has taken one of the steps (those taken already count).
   * @throws TimelineTimeout after `withinMs`
   */
  untilEach(messageIds: Iterable<string>, steps: readonly Step[], { withinMs }: { withinMs: number }): Promise<void> {
    const waitingFor = new Set(messageIds);
    if (waitingFor.size === 0) return Promise.resolve();
    return this.#untilEntries({
      isLast: ({ step, messageId }) =>
        messageId !== undefined && steps.includes(step) && waitingFor.delete(messageId) && waitingFor.size === 0,
      withinMs,
      whatWasSeen: () => {
        const [messageId = ""] = waitingFor;
        const saw = this.#stepsOf({ messageId });
        return `waited ${withinMs} ms for ${steps.join(" or ")}; ${waitingFor.size} have not, the first saw ${saw}`;
      },
    });
  }

  #untilEntries({ isLast, withinMs, whatWasSeen }: Wait): Promise<void> {
    if (this.#entries.some(isLast)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const stopListening = this.onEntry((entry) => {
        if (!isLast(entry)) return;
        clearTimeout(timer);
        stopListening();
        resolve();
      });
      const timer = setTimeout(() => {
        stopListening();
        reject(new TimelineTimeout(whatWasSeen()));
      }, withinMs);
    });
  }

  #whatWasSeen(
    match: TimelineMatch,
    { seen, count, withinMs }: { seen: number; count: number; withinMs: number },
  ): string {
    const { step: _, ...who } = match;
    return `waited ${withinMs} ms for ${count} × ${JSON.stringify(match)}, got ${seen}; saw ${this.#stepsOf(who)}`;
  }

  #stepsOf(who: TimelineMatch): string {
    const steps = new Map<Step, number>();
    for (const entry of this.entries(who)) steps.set(entry.step, (steps.get(entry.step) ?? 0) + 1);
    return [...steps].map(([step, times]) => (times === 1 ? step : `${step} ×${times}`)).join(", ") || "nothing";
  }
}

function matches(entry: TimelineEntry, match: TimelineMatch): boolean {
  return (Object.keys(match) as (keyof TimelineMatch)[]).every((field) => entry[field] === match[field]);
}
