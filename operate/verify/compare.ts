/** What the local run assumes beside what AWS did, and which rows of the table explain a difference. Pure. */
import { type Assumptions, type Belief, beliefsOf, type Change, changesOf } from "./beliefs";
import { type Observation, RECORD } from "./observation";
import type { Observe } from "./observe";
import type { Expected } from "./probe";

export interface Aspect {
  readonly aspect: string;
  readonly assumed: string;
  /** Undefined: could not be looked at. */
  readonly did: string | undefined;
}

export interface Comparison {
  readonly aspects: readonly Aspect[];
  readonly agrees: boolean;
  /** The rows that the assumption rests on. */
  readonly rests: readonly Belief[];
  /** Each makes the local run do what AWS did; several if this probe cannot tell them apart. Empty when it agrees. */
  readonly changes: readonly Change[];
}

export function compare({ rests, under }: Expected, assumptions: Assumptions, observe: Observe): Comparison {
  const beliefs = beliefsOf(assumptions);
  const aspects = aspectsOf(under(beliefs), observe);
  if (agree(aspects)) return { aspects, agrees: true, rests, changes: [] };
  const explaining = changesOf(rests, assumptions).filter((change) =>
    agree(aspectsOf(under({ ...beliefs, ...change }), observe)),
  );
  const fewest = sizeOf(explaining[0]);
  return { aspects, agrees: false, rests, changes: explaining.filter((change) => sizeOf(change) === fewest) };
}

function aspectsOf(expected: Observation, observe: Observe): readonly Aspect[] {
  const aspects = Object.entries(expected).map(([aspect, assumed]) => ({ aspect, assumed, did: observe(aspect) }));
  // Of an event that did not end where it should, the rest says nothing more.
  const record = aspects.findIndex((aspect) => aspect.aspect === RECORD && differs(aspect));
  return record < 0 ? aspects : aspects.slice(0, record + 1);
}

export function differs({ assumed, did }: Aspect): boolean {
  return did !== undefined && did !== assumed;
}

const agree = (aspects: readonly Aspect[]): boolean => !aspects.some(differs);

const sizeOf = (change: Change = {}): number => Object.keys(change).length;
