/** When events come: a curve of how many have come by when, so that a million of them are a few numbers. Pure. */

/** How many events have come in all by a time; between two of them they come evenly. */
export interface ArrivalPoint {
  readonly atMs: number;
  readonly total: number;
}

export interface Load {
  /** Events a second, all the time. */
  readonly ratePerSecond: number;
  /** Events on top of it. */
  readonly burst: number;
  readonly burstAtMs: number;
  /** Time over which the burst comes evenly; 0 is all at once. */
  readonly burstMs: number;
  /** When the last event comes. */
  readonly untilMs: number;
}

export function arrivalPoints({ ratePerSecond, burst, burstAtMs, burstMs, untilMs }: Load): ArrivalPoint[] {
  const sustained = (atMs: number) => (atMs * ratePerSecond) / 1_000;
  const burstEnd = burstAtMs + burstMs;
  return [
    { atMs: 0, total: 0 },
    { atMs: burstAtMs, total: sustained(burstAtMs) },
    { atMs: burstEnd, total: sustained(burstEnd) + burst },
    { atMs: Math.max(untilMs, burstEnd), total: sustained(Math.max(untilMs, burstEnd)) + burst },
  ];
}

/** A sum of fractions may end a hair below the whole number that it is meant to be. */
const HAIR = 1e-6;

export class ArrivalCurve {
  readonly #points: readonly ArrivalPoint[];

  /** @param points in the order of time, totals never falling */
  constructor(points: readonly ArrivalPoint[]) {
    this.#points = points;
  }

  /** Events in all. */
  get total(): number {
    return Math.floor((this.#points.at(-1)?.total ?? 0) + HAIR);
  }

  /** Events that have come by a time. */
  arrivedBy(atMs: number): number {
    const next = this.#points.findIndex((point) => point.atMs > atMs);
    if (next === 0) return 0;
    const [before, after] = [this.#points.at(next === -1 ? -1 : next - 1), this.#points[next]];
    if (before === undefined) return 0;
    if (after === undefined) return this.total;
    const share = (atMs - before.atMs) / (after.atMs - before.atMs);
    return Math.floor(before.total + share * (after.total - before.total) + HAIR);
  }

  /** When the event of this number comes, 1 is the first; Infinity for one that never does. */
  timeOf(number: number): number {
    const next = this.#points.findIndex((point) => point.total >= number - HAIR);
    const [before, after] = [this.#points[next - 1], this.#points[next]];
    if (after === undefined) return Number.POSITIVE_INFINITY;
    if (before === undefined || after.total === before.total) return after.atMs;
    const share = (number - before.total) / (after.total - before.total);
    return before.atMs + Math.min(1, share) * (after.atMs - before.atMs);
  }
}
