/** What holds of the count of rejected records in every sink. */

import { DynamoDbRejectedPlaces } from "../../../functions/stores/dynamodb-rejected-places";
import type { UnstoredRecord } from "../../../functions/stores/event-store";
import { SinkUnavailable } from "../../../functions/stores/event-store";
import { PostgresRejectedPlaces } from "../../../functions/stores/postgres-rejected-places";
import type { RejectedBucket, RejectedPlaces } from "../../../functions/stores/rejected-places";
import { patientSignal, webhookEvent } from "../factories";
import { STARTS_WITHIN_MS } from "../postgres-server";
import { startPostgresSink } from "./postgres-sink";
import { startEndpoint, startTable, type Table } from "./sink";

const signal = patientSignal();
const MOST = 5;
const SOURCES = ["github", "stripe"];
const MINUTE_MS = Date.parse("2023-11-14T22:13:00Z");
const BUCKET = { source: "github", minuteMs: MINUTE_MS };

interface SinkUnderTest {
  /** The count as another execution environment has it. */
  places(): RejectedPlaces;
  record(records: readonly UnstoredRecord[]): Promise<unknown>;
  stop(): Promise<void>;
}

const SINKS: Readonly<Record<string, () => Promise<SinkUnderTest>>> = {
  DynamoDB: async () => {
    const table = await startTable();
    const options = { tableName: "webhook-test-events", maxPerMinute: MOST, rejectedExpiryDays: 14 };
    return {
      places: () => new DynamoDbRejectedPlaces(table.client, options),
      record: (records) => table.store().record(records, signal),
      stop: table.stop,
    };
  },
  PostgreSQL: async () => {
    const sink = await startPostgresSink({ maxConnections: 40 });
    const options = { sinkName: "test", maxPerMinute: MOST, sourceNames: SOURCES };
    return {
      places: () => new PostgresRejectedPlaces(sink.session(), options),
      record: (records) => sink.store().record(records, signal),
      stop: sink.stop,
    };
  },
};

const ids = (count: number, prefix: string) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

describe.each(Object.entries(SINKS))("%s:", (_name, start) => {
  let sink: SinkUnderTest;
  beforeAll(async () => {
    sink = await start();
  }, STARTS_WITHIN_MS);
  afterAll(() => sink?.stop());

  /** Each test's own: an hour apart, so that no minute after it is another's. */
  let bucket = BUCKET;
  beforeEach(() => {
    bucket = { ...bucket, minuteMs: bucket.minuteMs + 3_600_000 };
  });

  /** Takes places and writes the records that have got one, as the consumer does. */
  async function takeAndRecord(names: readonly string[], of: RejectedBucket = bucket) {
    const requestIds = names.map((name) => `${name}-${bucket.minuteMs}`);
    const taken = await sink.places().take(of, requestIds, signal);
    const receivedAt = new Date(of.minuteMs + 30_000).toISOString();
    const source = of.source ?? "a-strangers";
    await sink.record(
      requestIds
        .filter((requestId) => taken.has(requestId))
        .map((requestId) => ({
          ...webhookEvent({ requestId, receivedAt, source }),
          state: "rejected",
          reason: "SIGNATURE_MISMATCH",
          detail: "",
        })),
    );
    return names.filter((name) => taken.has(`${name}-${bucket.minuteMs}`));
  }

  test("places are taken in order until there are none, by all environments together", async () => {
    expect(await takeAndRecord(ids(3, "a"))).toEqual(ids(3, "a"));
    expect(await takeAndRecord(ids(3, "b"))).toEqual(ids(2, "b"));
    expect(await takeAndRecord(ids(3, "c"))).toEqual([]);
  });

  test("whoever has a place keeps it, and takes no second one", async () => {
    await takeAndRecord(ids(MOST, "a"));
    expect(await takeAndRecord([...ids(2, "b"), ...ids(MOST, "a")])).toEqual(ids(MOST, "a"));
  });

  test("another source, another minute and what no source claims have places of their own", async () => {
    const { minuteMs } = bucket;
    for (const [index, of] of [
      bucket,
      { ...bucket, source: "stripe" },
      { minuteMs },
      { ...bucket, minuteMs: minuteMs + 60_000 },
    ].entries()) {
      expect(await takeAndRecord(ids(9, `${index}`), of)).toHaveLength(MOST);
    }
  });
});

describe("in the table,", () => {
  let table: Table;
  beforeEach(async () => {
    table = await startTable();
  });
  afterEach(() => table.stop());

  test("many environments at the same moment do not take more places than there are", async () => {
    const options = { tableName: "webhook-test-events", maxPerMinute: MOST, rejectedExpiryDays: 14, now: () => 1_000 };
    const taken = await Promise.all(
      Array.from({ length: 20 }, (_, environment) =>
        new DynamoDbRejectedPlaces(table.client, options).take(BUCKET, ids(3, `${environment}`), signal),
      ),
    );
    expect(new Set(taken.flatMap((some) => [...some])).size).toBe(MOST);
    const item = await table.item("#rejected-count#github#2023-11-14T22:13Z");
    expect(item).toMatchObject({ kept: { N: String(MOST) }, expiresAt: { N: String(1 + 14 * 86_400) } });
    // In no index and no state: it is no record.
    expect(Object.keys(item).sort()).toEqual(["expiresAt", "ids", "kept", "pk"]);
  });
});

test("a table that does not count is a sink that is down", async () => {
  const down = await startEndpoint((_request, response) => {
    response.writeHead(400, { "content-type": "application/x-amz-json-1.0" });
    response.end('{"__type":"AccessDeniedException","message":"no."}');
  });
  const options = { tableName: "webhook-test-events", maxPerMinute: MOST, rejectedExpiryDays: 14 };
  const taking = new DynamoDbRejectedPlaces(down.client, options).take(BUCKET, ["r1"], signal);
  const fault = await taking.catch((thrown: unknown) => thrown);
  await down.stop();
  expect(fault).toBeInstanceOf(SinkUnavailable);
  expect(String(fault)).toContain("does not count rejected events: AccessDeniedException");
});
