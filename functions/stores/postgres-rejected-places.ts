import type { DatabaseSession } from "../database/session";
import { recordKey, SinkUnavailable } from "./event-store";
import { classifyPostgresFault } from "./postgres-fault";
import type { Statement } from "./postgres-insert";
import { BUCKET_MS, type RejectedBucket, type RejectedPlaces, UNBOUNDED_REASONS } from "./rejected-places";

export interface PostgresRejectedPlacesOptions {
  /** How messages name the database. */
  readonly sinkName: string;
  readonly maxPerMinute: number;
  /** The names of the settings' sources. */
  readonly sourceNames: readonly string[];
}

/** Between API Gateway's clock and the database's: the index is by the time of storing, which comes after receiving. */
const CLOCKS_MS = 300_000;

/**
 * Counts the rows that are there. Execution environments that look at the same moment do not see each other's, so there
 * may be a batch more for each of the others, once in a minute.
 */
export class PostgresRejectedPlaces implements RejectedPlaces {
  readonly #session: DatabaseSession;
  readonly #options: PostgresRejectedPlacesOptions;

  constructor(session: DatabaseSession, options: PostgresRejectedPlacesOptions) {
    this.#session = session;
    this.#options = options;
  }

  async take(bucket: RejectedBucket, ids: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>> {
    const taken = await this.#read(bucket, signal);
    for (const id of ids) if (taken.size < this.#options.maxPerMinute) taken.add(id);
    return taken;
  }

  async #read(bucket: RejectedBucket, signal: AbortSignal): Promise<Set<string>> {
    const { sinkName } = this.#options;
    try {
      const { text, values } = this.#select(bucket);
      const { rows } = await this.#session.run((client) => client.query<{ key: string }>(text, [...values]), signal);
      return new Set(rows.map(({ key }) => key.slice(KEY_PREFIX.length)));
    } catch (cause) {
      const fault = classifyPostgresFault(cause);
      const what = `The database ${sinkName} does not count rejected events: ${fault.reason}: ${fault.detail}`;
      throw new SinkUnavailable({ what, advice: "advice" in fault ? fault.advice : "", cause });
    }
  }

  #select({ source, minuteMs }: RejectedBucket): Omit<Statement, "values"> & {
    readonly values: readonly (string | number | readonly string[])[];
  } {
    const { maxPerMinute, sourceNames } = this.#options;
    const at = (ms: number) => new Date(ms).toISOString();
    const whose = source === undefined ? "(source IS NULL OR source <> ALL($4))" : "source = ANY($4)";
    return {
      text:
        "SELECT key FROM webhook.events WHERE state = 'rejected' AND received_at >= $1 AND received_at < $2 " +
        `AND stored_at >= $3 AND ${whose} AND reason <> ALL($5) LIMIT $6`,
      values: [
        at(minuteMs),
        at(minuteMs + BUCKET_MS),
        at(minuteMs - CLOCKS_MS),
        source === undefined ? sourceNames : [source],
        UNBOUNDED_REASONS,
        maxPerMinute,
      ],
    };
  }
}

const KEY_PREFIX = recordKey({ state: "rejected", requestId: "", messageId: "" });
