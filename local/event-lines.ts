/** One line for every event as it ends, for people who watch the local run in a terminal. */
import type { Step, TimelineEntry } from "./timeline";

/** Steps that end an event's way, or a try of it. */
const ENDS = [
  "refused",
  "answered",
  "stored",
  "duplicate",
  "conflict",
  "rejected",
  "failed",
  "filtered",
  "returned",
  "dead-lettered",
] as const;
type End = (typeof ENDS)[number];

const GREEN = 32;
const YELLOW = 33;
const RED = 31;
const COLOUR: Readonly<Record<End, number>> = {
  answered: GREEN,
  stored: GREEN,
  duplicate: GREEN,
  filtered: GREEN,
  conflict: YELLOW,
  rejected: YELLOW,
  returned: YELLOW,
  refused: RED,
  failed: RED,
  "dead-lettered": RED,
};

/** What is remembered of a request until its event has ended. */
interface Begun {
  readonly at: number;
  readonly line: string;
  requestId: string;
}

export class EventLines {
  readonly #write: (line: string) => void;
  readonly #isColoured: boolean;
  readonly #byRequest = new Map<string, Begun>();
  readonly #byMessage = new Map<string, Begun>();

  constructor(write: (line: string) => void, { isColoured }: { isColoured: boolean }) {
    this.#write = write;
    this.#isColoured = isColoured;
  }

  show(entry: TimelineEntry): void {
    const { step, requestId, messageId, facts = {} } = entry;
    if (step === "received" && requestId !== undefined) {
      this.#byRequest.set(requestId, { at: entry.at, line: `${facts.method} ${facts.path}`, requestId });
    }
    const begun = this.#begun(requestId, messageId);
    if (step === "queued" && messageId !== undefined && begun !== undefined) this.#byMessage.set(messageId, begun);
    if (!isEnd(step)) return;
    this.#write(this.#lineOf(entry, step, begun));
    if (step !== "returned") this.#forget(begun, messageId);
  }

  #begun(requestId: string | undefined, messageId: string | undefined): Begun | undefined {
    if (messageId !== undefined && this.#byMessage.has(messageId)) return this.#byMessage.get(messageId);
    return requestId === undefined ? undefined : this.#byRequest.get(requestId);
  }

  #forget(begun: Begun | undefined, messageId: string | undefined): void {
    if (begun !== undefined) this.#byRequest.delete(begun.requestId);
    if (messageId !== undefined) this.#byMessage.delete(messageId);
  }

  #lineOf({ at, key, facts = {} }: TimelineEntry, step: End, begun: Begun | undefined): string {
    const time = new Date(at).toISOString().slice(11, 23);
    const took = begun === undefined ? "" : `${at - begun.at} ms`;
    const state = step.padEnd(13);
    const coloured = this.#isColoured ? `\u001b[${COLOUR[step]}m${state}\u001b[0m` : state;
    const why = facts.reason ?? facts.status;
    return [time, coloured, took.padStart(8), begun?.line ?? "", key ?? "", why === undefined ? "" : `(${why})`]
      .filter((part) => part !== "")
      .join("  ");
  }
}

function isEnd(step: Step): step is End {
  return (ENDS as readonly Step[]).includes(step);
}
