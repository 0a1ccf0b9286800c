import { randomBytes } from "node:crypto";
import { brotliDecompressSync } from "node:zlib";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { UnstoredRecord } from "../../../functions/stores/event-store";
import { patientSignal, webhookEvent } from "../factories";
import { startTable, type Table } from "./sink";

const signal = patientSignal();

let table: Table;
beforeEach(async () => {
  table = await startTable();
});
afterEach(() => table.stop());

test("an event is stored whole, its body readable", async () => {
  const event = webhookEvent({ body: '{"zen":"é"}' });
  expect(await table.store().put([event], signal)).toEqual([{ kind: "stored", already: false }]);
  expect(await table.items()).toEqual([
    {
      pk: { S: "github#delivery-1" },
      state: { S: "stored" },
      source: { S: "github" },
      eventId: { S: "delivery-1" },
      requestId: { S: "request-1" },
      messageId: { S: "message-1" },
      receivedAt: { S: "2023-11-14T22:13:20.123Z" },
      method: { S: "POST" },
      path: { S: "/github" },
      sourceIp: { S: "203.0.113.7" },
      headers: { M: { "content-type": { S: "application/json" } } },
      body: { S: '{"zen":"é"}' },
      bodyBytes: { N: "12" },
      bodySha256: { S: "8cdd3ece09ed4e7d701e0f3099a79a70a0e7045adea7a9560607ce98a9155710" },
      sourceShard: { S: expect.stringMatching(/^github#[0-3]$/) },
    },
  ]);
});

test.each([
  ["the same request again is stored already", { requestId: "request-1" }, { kind: "stored", already: true }],
  ["another request with the same content is a duplicate", { requestId: "request-2" }, { kind: "duplicate" }],
  ["another request with another content is a conflict", { requestId: "request-2", body: "[]" }, { kind: "conflict" }],
])("%s", async (_case, given, outcome) => {
  await table.store().put([webhookEvent()], signal);
  const before = await table.items();
  expect(await table.store().put([webhookEvent(given)], signal)).toEqual([outcome]);
  expect(await table.items()).toEqual(before);
});

test.each([
  ["the same content", "{}", { kind: "duplicate" }],
  ["other content", "[]", { kind: "conflict" }],
])("of two events of a batch with one key and %s, exactly one is stored", async (_case, body, outcome) => {
  const events = [webhookEvent(), webhookEvent({ requestId: "request-2", body })];
  const outcomes = await table.store().put(events, signal);
  expect(outcomes).toHaveLength(2);
  expect(outcomes).toEqual(expect.arrayContaining([{ kind: "stored", already: false }, outcome]));
  expect(await table.items()).toHaveLength(1);
});

test("a batch of more events than connections is stored, outcomes in the order of events", async () => {
  const events = Array.from({ length: 120 }, (_, index) => webhookEvent({ eventId: `e${index % 119}` }));
  const outcomes = await table.store().put(events, signal);
  expect(outcomes.filter(({ kind }) => kind === "stored")).toHaveLength(120);
  expect(await table.items()).toHaveLength(119);
});

test.each([
  ["over the setting", Buffer.from("x".repeat(1_025))],
  ["that is no text", Buffer.from([0xff, 0xfe, 0x00])],
  ["of 262,144 bytes that do not compress", Buffer.from(randomBytes(131_072).toString("hex"))],
])("a body %s is stored compressed and comes back byte for byte", async (_case, body) => {
  await table.store().put([webhookEvent({ body })], signal);
  const item = await table.item("github#delivery-1");
  expect(item.body).toBeUndefined();
  expect(item.bodyBytes?.N).toBe(String(body.byteLength));
  expect(brotliDecompressSync(item.bodyBrotli?.B ?? Buffer.alloc(0)).equals(body)).toBe(true);
});

test.each(["", "x".repeat(1_024)])("a body up to the setting is readable", async (body) => {
  await table.store().put([webhookEvent({ body })], signal);
  expect(await table.item("github#delivery-1")).toMatchObject({ body: { S: body } });
});

test("an event id of 3,000 characters is refused alone; the rest of the batch is stored", async () => {
  const outcomes = await table.store().put([webhookEvent({ eventId: "x".repeat(3_000) }), webhookEvent()], signal);
  expect(outcomes).toEqual([
    { kind: "unstorable", reason: "ValidationException", detail: expect.stringContaining("2048 bytes") },
    { kind: "stored", already: false },
  ]);
});

test("an item over 400 KB is refused", async () => {
  const headers = { "user-agent": "x".repeat(410_000) };
  expect(await table.store().put([webhookEvent({ headers })], signal)).toEqual([
    { kind: "unstorable", reason: "ValidationException", detail: expect.stringContaining("size") },
  ]);
});

describe("records", () => {
  const widest: UnstoredRecord & { readonly body: Uint8Array } = {
    ...webhookEvent({ path: `/${"é".repeat(100_000)}`, eventId: "😀".repeat(50_000) }),
    state: "failed",
    reason: "ValidationException",
    detail: "x".repeat(100_000),
    headers: { "user-agent": "€".repeat(100_000), "content-type": "€".repeat(100_000) },
    messageAttributes: { headers: "€".repeat(100_000), ["__proto__"]: "x" },
    body: Buffer.from(randomBytes(131_072).toString("hex")),
  };

  test("a record fits however long its fields are, body whole", async () => {
    expect(await table.store().record([widest], signal)).toEqual([true]);
    const item = await table.item("#failed#request-1");
    expect(brotliDecompressSync(item.bodyBrotli?.B ?? Buffer.alloc(0)).equals(widest.body)).toBe(true);
    expect(item.eventId?.S).toMatch(/^(😀){511}…$/u);
    expect(item.path?.S).toHaveLength(2_048);
  });

  test("a record is found by its source, and without one under the empty source", async () => {
    const { source: _, requestId: __, ...unknown } = { ...widest, state: "rejected" as const };
    await table.store({ indexShards: 1 }).record([{ ...widest, source: "github" }, unknown], signal);
    expect(await table.item("#failed#request-1")).toMatchObject({ sourceShard: { S: "github#0" } });
    expect(await table.item("#rejected#message:message-1")).toMatchObject({ sourceShard: { S: "#0" } });
  });

  test("a record written again is the same record", async () => {
    await table.store({ now: () => 0 }).record([widest], signal);
    const before = await table.items();
    expect(await table.store({ now: () => 0 }).record([widest], signal)).toEqual([true]);
    expect(await table.items()).toEqual(before);
  });

  test("a conflict leaves the stored event as it is", async () => {
    await table.store().put([webhookEvent()], signal);
    const before = await table.item("github#delivery-1");
    const conflict = { ...widest, state: "conflict" as const, conflictsWith: "github#delivery-1" };
    await table.store().record([conflict], signal);
    expect(await table.item("#conflict#request-1")).toMatchObject({ conflictsWith: { S: "github#delivery-1" } });
    expect(await table.item("github#delivery-1")).toEqual(before);
  });

  test("rejected records expire by their own setting, everything else as events do", async () => {
    const store = table.store({ now: () => 1_000_999, eventExpiryDays: 2, rejectedExpiryDays: 1 });
    await store.put([webhookEvent()], signal);
    await store.record([widest, { ...widest, state: "rejected" }], signal);
    const expiries = (await table.items()).map(({ pk, expiresAt }) => [pk?.S, expiresAt?.N]);
    expect(Object.fromEntries(expiries)).toEqual({
      "github#delivery-1": String(1_000 + 2 * 86_400),
      "#failed#request-1": String(1_000 + 2 * 86_400),
      "#rejected#request-1": String(1_000 + 86_400),
    });
  });

  test("nothing but rejected records expires when no expiry is set", async () => {
    await table.store().put([webhookEvent()], signal);
    await table.store().record([widest, { ...widest, state: "rejected" }], signal);
    const expiring = (await table.items()).filter(({ expiresAt }) => expiresAt !== undefined);
    expect(expiring.map(({ pk }) => pk?.S)).toEqual(["#rejected#request-1"]);
  });
});

test("sources are spread over the shards of the index, and cut to 128 characters", async () => {
  const events = Array.from({ length: 40 }, (_, index) =>
    webhookEvent({ path: `/${"é".repeat(500)}`, eventId: `e${index}` }),
  );
  await table.store({ indexShards: 4 }).put(events, signal);
  const shards = new Set((await table.items()).map(({ sourceShard }) => sourceShard?.S));
  expect([...shards].sort()).toEqual([0, 1, 2, 3].map((shard) => `${"é".repeat(128)}#${shard}`));
});

test("an item that was stored by somebody else is not taken for ours", async () => {
  const foreign = { pk: { S: "github#delivery-1" } };
  await table.client.send(new PutItemCommand({ TableName: "webhook-test-events", Item: foreign }));
  expect(await table.store().put([webhookEvent()], signal)).toEqual([{ kind: "conflict" }]);
});
