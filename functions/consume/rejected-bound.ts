import { recordId, type UnstoredRecord } from "../stores/event-store";
import { BUCKET_MS, type RejectedBucket, type RejectedPlaces, UNBOUNDED_REASONS } from "../stores/rejected-places";

/** Full buckets that are remembered: messages of many minutes wait on the queue after an outage. */
const FULL_REMEMBERED = 20;

interface Group {
  readonly bucket: RejectedBucket;
  readonly records: UnstoredRecord[];
}

/**
 * Bounds what strangers can have kept: so many rejected records a source and minute of receiving. Beyond that they are
 * counted, in the log. An honest event is rejected for a signature only when we have the wrong secret.
 */
export class RejectedBound {
  readonly #places: RejectedPlaces;
  readonly #sourceNames: ReadonlySet<string>;
  readonly #maxPerMinute: number;
  readonly #full = new Map<string, ReadonlySet<string>>();

  /** @param sourceNames of the settings: each has places of its own, all other names have theirs together */
  constructor(
    places: RejectedPlaces,
    { sourceNames, maxPerMinute }: { readonly sourceNames: readonly string[]; readonly maxPerMinute: number },
  ) {
    this.#places = places;
    this.#sourceNames = new Set(sourceNames);
    this.#maxPerMinute = maxPerMinute;
  }

  /**
   * @returns those of the records that are to be written: all that are not about strangers, and those within the bound
   * @throws SinkUnavailable
   */
  async admit(records: readonly UnstoredRecord[], signal: AbortSignal): Promise<ReadonlySet<UnstoredRecord>> {
    const isBounded = ({ state, reason }: UnstoredRecord) =>
      state === "rejected" && !UNBOUNDED_REASONS.includes(reason);
    const admitted = new Set(records.filter((record) => !isBounded(record)));
    for (const { bucket, records: some } of this.#groups(records.filter(isBounded))) {
      const ids = await this.#idsWithPlace(bucket, some.map(recordId), signal);
      for (const record of some) if (ids.has(recordId(record))) admitted.add(record);
    }
    return admitted;
  }

  /** A full bucket never changes: it is asked for once, so that a flood costs no call for each of its messages. */
  async #idsWithPlace(bucket: RejectedBucket, ids: readonly string[], signal: AbortSignal) {
    const name = nameOf(bucket);
    const known = this.#full.get(name);
    if (known !== undefined) return known;
    const taken = await this.#places.take(bucket, ids, signal);
    if (taken.size >= this.#maxPerMinute) {
      if (this.#full.size >= FULL_REMEMBERED) this.#full.clear();
      this.#full.set(name, taken);
    }
    return taken;
  }

  #groups(records: readonly UnstoredRecord[]): Iterable<Group> {
    const groups = new Map<string, Group>();
    for (const record of records) {
      const bucket = this.#bucketOf(record);
      const group = groups.get(nameOf(bucket)) ?? { bucket, records: [] };
      group.records.push(record);
      groups.set(nameOf(bucket), group);
    }
    return groups.values();
  }

  #bucketOf({ source = "", receivedAt }: UnstoredRecord): RejectedBucket {
    const minuteMs = Math.floor(Date.parse(receivedAt) / BUCKET_MS) * BUCKET_MS;
    return this.#sourceNames.has(source) ? { source, minuteMs } : { minuteMs };
  }
}

function nameOf({ source = "", minuteMs }: RejectedBucket): string {
  return `${source}#${minuteMs}`;
}
