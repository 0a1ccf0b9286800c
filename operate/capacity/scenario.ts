/** What a simulation is given. */
import type { MappingSettings } from "../../local/mapping-batch";
import type { ArrivalPoint } from "./arrivals";

export interface Invocation {
  /** How many there were before it. */
  readonly number: number;
  readonly atMs: number;
  readonly messages: number;
}

export interface Scenario {
  readonly mapping: MappingSettings;
  readonly arrivals: readonly ArrivalPoint[];
  /** How long an invocation takes, and whether it fails as a whole. */
  readonly invoke: (invocation: Invocation) => { readonly ms: number; readonly fails: boolean };
  /** @default 100 */
  readonly messageBytes?: number;
  /** Receives before a message goes to the dead-letter queue. @default as many as it takes */
  readonly maxReceiveCount?: number;
  /** Invocations at once that are not thrown away. @default as many as the mapping has */
  readonly reservedConcurrency?: number;
  /** From the answer of a poll until its messages are seen. @default 0 */
  readonly pollMs?: number;
  /** What the first invocation of an execution environment takes longer. @default 0 */
  readonly environmentStartMs?: number;
  /** Before this time an empty queue is not called drained. @default when the last event comes */
  readonly drainedFromMs?: number;
  /** Goes on this long after it was drained. @default until every event that ever comes is stored */
  readonly tailMs?: number;
  /** @default 0 */
  readonly samplesFromMs?: number;
  /** Gives up at this time, and after so many invocations. @default never */
  readonly untilMs?: number;
  readonly maximumInvocations?: number;
}
