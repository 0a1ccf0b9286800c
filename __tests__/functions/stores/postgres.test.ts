import type { UnstoredRecord } from "../../../functions/stores/event-store";
import { patientSignal, webhookEvent } from "../factories";
import { STARTS_WITHIN_MS } from "../postgres-server";
import { type PostgresSink, startPostgresSink } from "./postgres-sink";

const signal = patientSignal();

let sink: PostgresSink;
beforeAll(async () => {
  sink = await startPostgresSink();
}, STARTS_WITHIN_MS);
afterEach(() => sink.reset());
afterAll(() => sink?.stop());

test("an event is stored whole, its body as bytes and for queries", async () => {
  const event = webhookEvent({ body: '{"zen":"é", "n":1.10}', query: "" });
  expect(await sink.store().put([event], signal)).toEqual([{ kind: "stored", already: false }]);
  expect(await sink.rows()).toEqual([
    {
      key: "github#delivery-1",
      state: "stored",
      source: "github",
      event_id: "delivery-1",
      request_id: "request-1",
      message_id: "message-1",
      received_at: new Date("2023-11-14T22:13:20.123Z"),
      stored_at: expect.any(Date),
      method: "POST",
      path: "/github",
      query: "",
      source_ip: "203.0.113.7",
      headers: { "content-type": "application/json" },
      message_attributes: null,
      body: Buffer.from('{"zen":"é", "n":1.10}'),
      body_json: { zen: "é", n: 1.1 },
      body_bytes: "22",
      body_sha256: "adf180ce41a168ab63c7c4fe58376dafa1c04c0078f6b4da1b10039b512282c5",
      reason: null,
      detail: null,
      conflicts_with: null,
    },
  ]);
});

test("an event that is accepted unverified says why", async () => {
  await sink.store().put([webhookEvent({ source: "unverified:github", unverified: "SIGNATURE_MISMATCH" })], signal);
  expect(await sink.row("unverified:github#delivery-1")).toMatchObject({
    state: "stored",
    reason: "SIGNATURE_MISMATCH",
  });
});

test.each<[what: string, body: Uint8Array | string, json: unknown]>([
  ["0 bytes", "", null],
  ["text that is not JSON", "hello", null],
  ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x00, 0x22]), null],
  ["zero bytes", Buffer.alloc(3), null],
  ["JSON with U+0000", '{"a":"\\u0000"}', null],
  ["JSON with U+0000 in a name", '{"\\u0000":1}', null],
  ["JSON that only writes about \\u0000", '{"a":"\\\\u0000"}', { a: "\\u0000" }],
  ["JSON with the first half of a pair", '["\\ud83d"]', null],
  ["JSON with the second half of a pair", '["\\ude00"]', null],
  ["JSON with halves apart", '["\\ud83d-\\ude00"]', null],
  ["JSON with halves the wrong way round", '["\\ude00\\ud83d"]', null],
  ["JSON with another escape behind a half", '["\\ud83d\\n\\ude00"]', null],
  ["JSON with an escaped pair", '["\\ud83d\\uDE00"]', ["😀"]],
  ["JSON behind a byte order mark", "\ufeff{}", null],
  ["JSON null", " null\n", null],
  ["a number too large for a double", "[1e400]", [Number.POSITIVE_INFINITY]],
  ["a number too large for PostgreSQL", "[1e400000]", null],
  ["a number too small for PostgreSQL", "[1e-400000]", null],
  ["JSON nested deeper than the server's stack", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, null],
  ["1 MB of JSON", JSON.stringify({ a: "x".repeat(1_000_000) }), { a: "x".repeat(1_000_000) }],
])("a body of %s is stored byte by byte", async (_what, body, json) => {
  const outcomes = await sink.store().put([webhookEvent({ body, eventId: "odd" }), webhookEvent()], signal);
  expect(outcomes).toEqual([
    { kind: "stored", already: false },
    { kind: "stored", already: false },
  ]);
  const stored = await sink.row("github#odd");
  expect(Buffer.from(body).equals(stored.body as Buffer)).toBe(true);
  expect(stored).toMatchObject({ body_json: json, body_bytes: String(Buffer.byteLength(body)) });
  expect(await sink.row("github#delivery-1")).toMatchObject({ body_json: {} });
});

test("an event of the far future is stored", async () => {
  const receivedAt = new Date(999_999_999_999_999).toISOString();
  expect(await sink.store().put([webhookEvent({ receivedAt })], signal)).toEqual([{ kind: "stored", already: false }]);
  expect(await sink.sql("SELECT extract(epoch FROM received_at)::text AS at FROM webhook.events")).toEqual([
    { at: "999999999999.999000" },
  ]);
});

test("what text cannot hold is marked in everything but the key", async () => {
  const odd = webhookEvent({ path: "/github/\0", query: "\ud800", headers: { "x-\0": "\udc00" } });
  expect(await sink.store().put([odd], signal)).toEqual([{ kind: "stored", already: false }]);
  expect(await sink.rows()).toMatchObject([
    { path: "/github/\ufffd", query: "\ufffd", headers: { "x-\ufffd": "\ufffd" } },
  ]);
});

test.each([
  [
    "U+0000",
    "\0",
    "KEY_NOT_TEXT",
    "its event id has U+0000 or half a surrogate pair, which PostgreSQL's text does not hold",
  ],
  [
    "half a pair",
    "\ud800",
    "KEY_NOT_TEXT",
    "its event id has U+0000 or half a surrogate pair, which PostgreSQL's text does not hold",
  ],
  [
    "3,000 characters",
    "x".repeat(3_000),
    "23514",
    'new row for relation "events" violates check constraint "events_key_check"',
  ],
])("an event id with %s is refused alone; the rest of the batch is stored", async (_case, eventId, reason, detail) => {
  const others = Array.from({ length: 9 }, (_, index) => webhookEvent({ eventId: `e${index}` }));
  const outcomes = await sink.store().put([...others, webhookEvent({ eventId })], signal);
  expect(outcomes.slice(0, 9)).toEqual(others.map(() => ({ kind: "stored", already: false })));
  expect(outcomes[9]).toEqual({ kind: "unstorable", reason, detail });
  expect(await sink.rows()).toHaveLength(9);
});

test("more events than fit into one statement are stored, outcomes in the order of events", async () => {
  const events = Array.from({ length: 2_100 }, (_, index) => webhookEvent({ eventId: `e${index % 2_099}` }));
  const outcomes = await sink.store().put(events, signal);
  expect(outcomes.map((outcome) => "already" in outcome && outcome.already)).toEqual([
    ...Array.from({ length: 2_099 }, () => false),
    true,
  ]);
  expect(await sink.rows()).toHaveLength(2_099);
});

test("an empty batch asks the database for nothing", async () => {
  const store = sink.store({ login: { port: 1 } });
  expect(await store.put([], signal)).toEqual([]);
  expect(await store.record([], signal)).toEqual([]);
});

describe("records", () => {
  const widest: UnstoredRecord = {
    ...webhookEvent({ path: `/${"é".repeat(100_000)}`, eventId: `\0${"😀".repeat(50_000)}` }),
    state: "failed",
    reason: "22021",
    detail: "x".repeat(100_000),
    headers: { "user-agent": "€".repeat(100_000) },
    messageAttributes: { headers: "\0", ["__proto__"]: "x" },
    body: Buffer.from("\0"),
  };

  test("a record fits however long its fields are", async () => {
    expect(await sink.store().record([widest], signal)).toEqual([true]);
    expect(await sink.row("#failed#request-1")).toMatchObject({
      state: "failed",
      reason: "22021",
      source: `${"é".repeat(255)}…`,
      event_id: `\ufffd${"😀".repeat(50_000)}`,
      message_attributes: { headers: "\ufffd", ["__proto__"]: "x" },
      body: Buffer.from("\0"),
    });
  });

  test("a record without a body or a request id is written", async () => {
    const { body: _, requestId: __, source: ___, ...unknown } = { ...widest, state: "rejected" as const };
    expect(await sink.store().record([unknown], signal)).toEqual([true]);
    expect(await sink.row("#rejected#message:message-1")).toMatchObject({ body: null, body_bytes: null, source: null });
  });

  test("a record written again is the same record", async () => {
    await sink.store().record([widest], signal);
    const before = await sink.rows();
    expect(await sink.store().record([{ ...widest, detail: "again" }, widest], signal)).toEqual([true, true]);
    expect(await sink.rows()).toEqual(before);
  });

  test("a conflict leaves the stored event as it is", async () => {
    await sink.store().put([webhookEvent()], signal);
    const before = await sink.row("github#delivery-1");
    await sink.store().record([{ ...widest, state: "conflict", conflictsWith: "github#delivery-1" }], signal);
    expect(await sink.row("#conflict#request-1")).toMatchObject({ conflicts_with: "github#delivery-1" });
    expect(await sink.row("github#delivery-1")).toEqual(before);
  });
});

test("the consumer's user can neither change nor delete what is stored", async () => {
  const consumer = await sink.server.client({
    ...sink.login,
    user: "webhook_consumer",
    password: "any",
    ssl: { ca: sink.server.authority },
  });
  for (const text of ["DELETE FROM webhook.events", "UPDATE webhook.events SET body = ''", "TRUNCATE webhook.events"]) {
    await expect(consumer.query(text)).rejects.toThrow("permission denied for table events");
  }
  await consumer.end();
});
