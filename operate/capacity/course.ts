/** What a simulation saw over time. Pure. */

export interface Sample {
  readonly atMs: number;
  /** Waiting in the queue, also those that a failure hides until their visibility timeout is over. */
  readonly backlog: number;
  /** Received and not deleted. */
  readonly inFlight: number;
  readonly stored: number;
  /** Invocations at once. */
  readonly concurrency: number;
  readonly oldestAgeMs: number;
}

export interface Course {
  readonly samples: readonly Sample[];
  readonly stored: number;
  readonly deadLettered: number;
  readonly invocations: number;
  /** Invocations at once, at most. */
  readonly highestConcurrency: number;
  readonly largestBatch: number;
  readonly highestBacklog: number;
  readonly highestInFlight: number;
  readonly oldestAgeMs: number;
  /** When all that had come by the time the queue was found empty was stored or dead-lettered; undefined: not yet. */
  readonly drainedAtMs: number | undefined;
  readonly endedAtMs: number;
}

/** Keeps at most about this many samples, by leaving out every other one when there are twice as many. */
const SAMPLES = 500;

/** Samples at even times, ever further apart as the simulation goes on. */
export class Samples {
  everyMs = 10;
  #kept: Sample[] = [];
  #nextAt: number;

  constructor(private readonly fromMs: number) {
    this.#nextAt = fromMs;
  }

  /** Takes the samples that are due before a time, from a state that holds until then. */
  takeUntil(atMs: number, sample: (atMs: number) => Sample): void {
    while (this.#nextAt < atMs) {
      this.#kept.push(sample(this.#nextAt));
      if (this.#kept.length === 2 * SAMPLES) {
        this.#kept = this.#kept.filter((_, index) => index % 2 === 0);
        this.everyMs *= 2;
        this.#nextAt = this.fromMs + this.everyMs * this.#kept.length;
      } else this.#nextAt += this.everyMs;
    }
  }

  get kept(): readonly Sample[] {
    return this.#kept;
  }
}
