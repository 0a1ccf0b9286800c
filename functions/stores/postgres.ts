import type { DatabaseSession } from "../database/session";
import type { WebhookEvent } from "../event/webhook-event";
import { type EventStore, type PutOutcome, SinkUnavailable, type UnstoredRecord } from "./event-store";
import { outcomeOfKnown, type StoredFacts } from "./known-event";
import { classifyPostgresFault, isUndone } from "./postgres-fault";
import { insertRows, ROWS_AT_ONCE, type Statement, selectStored } from "./postgres-insert";
import { type Inserted, insertIsolating } from "./postgres-isolation";
import { eventRow, type Row, recordRow } from "./postgres-row";

/** How often a key is tried again whose row is gone between the insert and the look at it (expired, deleted). */
const PUT_ATTEMPTS = 3;

const UNTELLABLE: PutOutcome = {
  kind: "unstorable",
  reason: "KEY_NOT_TEXT",
  detail: "its event id has U+0000 or half a surrogate pair, which PostgreSQL's text does not hold",
};
const OUT_OF_TIME =
  "Look at what holds the database up (Performance Insights, locks), and lower the maximum concurrency.";

type StoredRow = Record<"key" | "request_id" | "body_sha256", string>;

interface Candidate {
  /** In the batch. */
  readonly index: number;
  readonly event: WebhookEvent;
  readonly row: Row;
}

/** Stores events in the table webhook.events, whose primary key is the only de-duplication. One statement per batch. */
export class PostgresEventStore implements EventStore {
  readonly #session: DatabaseSession;
  readonly #sinkName: string;

  /** @param sinkName how messages name the database */
  constructor(session: DatabaseSession, sinkName: string) {
    this.#session = session;
    this.#sinkName = sinkName;
  }

  async put(events: readonly WebhookEvent[], signal: AbortSignal): Promise<PutOutcome[]> {
    const outcomes: (PutOutcome | undefined)[] = events.map(() => undefined);
    const candidates: Candidate[] = [];
    for (const [index, event] of events.entries()) {
      const row = eventRow(event);
      if (row === undefined) outcomes[index] = UNTELLABLE;
      else candidates.push({ index, event, row });
    }
    await this.#orUnavailable(signal, async () => {
      for (let pending = candidates, attempt = 1; pending.length > 0; attempt++) {
        if (attempt > PUT_ATTEMPTS)
          throw new Error(`the row ${pending[0]?.row.key} came and went ${PUT_ATTEMPTS} times`);
        const outcomeOf = await this.#putOnce(pending, signal);
        for (const candidate of pending) outcomes[candidate.index] = outcomeOf(candidate);
        pending = pending.filter(({ index }) => outcomes[index] === undefined);
      }
    });
    return outcomes.filter((outcome) => outcome !== undefined);
  }

  async record(records: readonly UnstoredRecord[], signal: AbortSignal): Promise<boolean[]> {
    const rows = records.map(recordRow);
    // Also where the key is taken: whatever is under it is this record, written by an earlier try.
    const { refused } = await this.#orUnavailable(signal, () => this.#insert(rows, signal));
    return rows.map((row) => !refused.has(row));
  }

  /** @returns what became of each; undefined when its key was taken and is free again */
  async #putOnce(candidates: readonly Candidate[], signal: AbortSignal) {
    const rows = candidates.map(({ row }) => row);
    const { inserted, refused } = await this.#insert(rows, signal);
    const taken = rows.filter((row) => !inserted.has(row) && !refused.has(row));
    const known = await this.#stored([...new Set(taken.map(({ key }) => key))], signal);
    return ({ event, row }: Candidate): PutOutcome | undefined => {
      if (inserted.has(row)) return { kind: "stored", already: false };
      const stored = known.get(row.key);
      return refused.get(row) ?? (stored === undefined ? undefined : outcomeOfKnown(event, stored));
    };
  }

  /** In the order of keys, which is the same everywhere: environments that insert the same rows wait for one another. */
  async #insert(rows: readonly Row[], signal: AbortSignal): Promise<Inserted> {
    const sorted = [...rows].sort((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key)));
    const all = { inserted: new Set<Row>(), refused: new Map() } satisfies Inserted;
    for (let from = 0; from < sorted.length; from += ROWS_AT_ONCE) {
      await insertIsolating(sorted.slice(from, from + ROWS_AT_ONCE), all, async (some) => {
        const returned = await this.#query<{ key: string }>(insertRows(some), signal);
        return returned.map(({ key }) => key);
      });
    }
    return all;
  }

  async #stored(keys: readonly string[], signal: AbortSignal): Promise<Map<string, StoredFacts>> {
    const stored = new Map<string, StoredFacts>();
    for (let from = 0; from < keys.length; from += ROWS_AT_ONCE) {
      const some = selectStored(keys.slice(from, from + ROWS_AT_ONCE));
      for (const row of await this.#query<StoredRow>(some, signal)) {
        stored.set(row.key, { requestId: row.request_id, bodySha256: row.body_sha256 });
      }
    }
    return stored;
  }

  async #query<R extends Record<string, unknown>>({ text, values }: Statement, signal: AbortSignal): Promise<R[]> {
    const run = () => this.#session.run((client) => client.query<R>(text, [...values]), signal);
    const { rows } = await run().catch((fault: unknown) => {
      if (isUndone(fault)) return run();
      throw fault;
    });
    return rows;
  }

  async #orUnavailable<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (cause) {
      throw new SinkUnavailable({ ...this.#unavailable(cause, signal.aborted), cause });
    }
  }

  #unavailable(cause: unknown, isOutOfTime: boolean) {
    const refusal = `The database ${this.#sinkName} does not take events`;
    const fault = classifyPostgresFault(cause);
    if (isOutOfTime) return { what: `${refusal}: the invocation's time ran out`, advice: OUT_OF_TIME };
    const advice = "advice" in fault ? fault.advice : "";
    return { what: `${refusal}: ${fault.reason}: ${fault.detail}`, advice };
  }
}
