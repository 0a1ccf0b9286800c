/** What holds of every sink: identity, outcomes, and that nothing is stored twice. */
import fc from "fast-check";
import { key, type WebhookEvent } from "../../../functions/event/webhook-event";
import { bodySha256 } from "../../../functions/stores/body-sha256";
import type { EventStore, PutOutcome } from "../../../functions/stores/event-store";
import { patientSignal, webhookEvent } from "../factories";
import { STARTS_WITHIN_MS } from "../postgres-server";
import { startPostgresSink } from "./postgres-sink";
import { startTable } from "./sink";

const signal = patientSignal();

interface SinkUnderTest {
  /** A store as another execution environment has it. */
  store(): EventStore;
  /** What is stored, by key. */
  contents(): Promise<Record<string, string>>;
  stop(): Promise<void>;
}

const SINKS: Readonly<Record<string, () => Promise<SinkUnderTest>>> = {
  DynamoDB: async () => {
    const table = await startTable();
    const contents = async () =>
      Object.fromEntries((await table.items()).map((item) => [item.pk?.S ?? "", item.bodySha256?.S ?? ""]));
    return { store: () => table.store(), contents, stop: table.stop };
  },
  PostgreSQL: async () => {
    const sink = await startPostgresSink({ maxConnections: 40 });
    const contents = async () =>
      Object.fromEntries((await sink.rows()).map((row) => [String(row.key), String(row.body_sha256)]));
    return { store: () => sink.store(), contents, stop: sink.stop };
  },
};

const STORED = { kind: "stored", already: false };
/** Keys of one test are not those of another. */
let tests = 0;
const eventIds = () => `${++tests}`;

describe.each(Object.entries(SINKS))("%s:", (_name, start) => {
  let sink: SinkUnderTest;
  beforeAll(async () => {
    sink = await start();
  }, STARTS_WITHIN_MS);
  afterAll(() => sink?.stop());

  test.each([
    ["the same request again is stored already", {}, { kind: "stored", already: true }],
    ["another request with the same content is a duplicate", { requestId: "request-2" }, { kind: "duplicate" }],
    [
      "another request with another content is a conflict",
      { requestId: "request-2", body: "[]" },
      { kind: "conflict" },
    ],
    ["another content under its own request id is a conflict", { body: "[]" }, { kind: "conflict" }],
  ])("%s", async (_case, given, outcome) => {
    const eventId = eventIds();
    expect(await sink.store().put([webhookEvent({ eventId })], signal)).toEqual([STORED]);
    const before = await sink.contents();
    expect(await sink.store().put([webhookEvent({ eventId, ...given })], signal)).toEqual([outcome]);
    expect(await sink.contents()).toEqual(before);
  });

  test.each([
    ["the same content", "{}", { kind: "duplicate" }],
    ["other content", "[]", { kind: "conflict" }],
  ])("of two events of a batch with one key and %s, exactly one is stored", async (_case, body, outcome) => {
    const eventId = eventIds();
    const outcomes = await sink
      .store()
      .put([webhookEvent({ eventId }), webhookEvent({ eventId, requestId: "request-2", body })], signal);
    expect(outcomes).toHaveLength(2);
    expect(outcomes).toEqual(expect.arrayContaining([STORED, outcome]));
  });

  test("one message twice in a batch is stored once, and is no duplicate", async () => {
    const event = webhookEvent({ eventId: eventIds() });
    expect((await sink.store().put([event, event], signal)).map(({ kind }) => kind)).toEqual(["stored", "stored"]);
  });

  test("the same id of another source is another event", async () => {
    const eventId = eventIds();
    const events = [webhookEvent({ eventId }), webhookEvent({ eventId, path: "/hello" })];
    expect(await sink.store().put(events, signal)).toEqual([STORED, STORED]);
  });

  test("an event is stored although a record about it was written before", async () => {
    const event = webhookEvent({ eventId: eventIds(), requestId: "failed-before" });
    const failed = { ...event, state: "failed" as const, reason: "once", detail: "" };
    expect(await sink.store().record([failed], signal)).toEqual([true]);
    expect(await sink.store().put([event], signal)).toEqual([STORED]);
  });

  test("however often and in whatever batches events come, also at once, each is stored exactly once", async () => {
    const environments = [sink.store(), sink.store(), sink.store()];
    const batches = fc.array(fc.array(fc.nat(5), { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 });
    const bodies = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(batches, bodies, async (all, bodyOf) => {
        const run = eventIds();
        const event = (index: number): WebhookEvent =>
          webhookEvent({ eventId: `${run}-${index}`, requestId: `r-${index}`, body: bodyOf[index] ?? "" });
        const puts = all.map((batch, at) => environments[at % 3]?.put(batch.map(event), signal) ?? []);
        const outcomes = (await Promise.all(puts)).flat();

        const came = all.flat();
        expect(outcomes.map(({ kind }) => kind)).toEqual(came.map(() => "stored"));
        const fresh = came.filter((_index, at) => isFresh(outcomes[at]));
        const distinct = [...new Set(came)].sort();
        expect(fresh.sort()).toEqual(distinct);
        const contents = await sink.contents();
        const stored = Object.keys(contents).filter((known) => known.startsWith(`github#${run}-`));
        expect(stored.sort()).toEqual(distinct.map((index) => key(event(index))));
        for (const index of distinct) expect(contents[key(event(index))]).toBe(bodySha256(event(index).body));
      }),
      { numRuns: 25 },
    );
  });
});

function isFresh(outcome: PutOutcome | undefined): boolean {
  return outcome?.kind === "stored" && !outcome.already;
}
