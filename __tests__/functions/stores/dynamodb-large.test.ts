/** Bodies that an item may have no room for. */
import { createHash, randomBytes } from "node:crypto";
import { brotliDecompressSync } from "node:zlib";
import type { WebhookEvent } from "../../../functions/event/webhook-event";
import { eventHeadItem } from "../../../functions/stores/dynamodb-item";
import { SinkUnavailable } from "../../../functions/stores/event-store";
import { ITEM_BYTES, itemBytes } from "../../../functions/stores/item-size";
import { patientSignal, webhookEvent } from "../factories";
import { type AwsEmulator, type Bucket, startAws, startS3Endpoint } from "./bucket";
import { startTable, type Table } from "./sink";

const signal = patientSignal();
const sha256 = (body: Uint8Array) => createHash("sha256").update(body).digest("hex");

let aws: AwsEmulator;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(() => aws.stop());

let table: Table;
let bucket: Bucket;
beforeEach(async () => {
  [table, bucket] = await Promise.all([startTable(), aws.bucket()]);
});
afterEach(() => table.stop());

const store = (options: Parameters<Table["store"]>[0] = {}) => table.store({ bodies: bucket.bodies, ...options });

/** An event whose body came by claim check, with the object that it came in. */
async function large(given: Parameters<typeof webhookEvent>[0] & { readonly body: Uint8Array }): Promise<WebhookEvent> {
  const event = webhookEvent({ path: "/github", ...given });
  const inflightKey = `inflight/${event.requestId}`;
  await bucket.put(inflightKey, event.body);
  return { ...event, inflightKey };
}

const kept = async () => (await bucket.keys()).filter((key) => key.startsWith("bodies/"));

test("a large body that fits after compression is in the item, and is not copied", async () => {
  const body = Buffer.alloc(4_000_000, '{"zen":"Half measures are as bad as nothing at all."}');
  expect(await store().put([await large({ body })], signal)).toEqual([{ kind: "stored", already: false }]);
  const item = await table.item("github#delivery-1");
  expect(brotliDecompressSync(item.bodyBrotli?.B ?? Buffer.alloc(0)).equals(body)).toBe(true);
  expect(item.bodyKey).toBeUndefined();
  expect(await kept()).toEqual([]);
});

test("one that does not is copied, and the item points at the copy", async () => {
  const body = randomBytes(4_400_000);
  expect(await store().put([await large({ body })], signal)).toEqual([{ kind: "stored", already: false }]);
  expect(await table.item("github#delivery-1")).toMatchObject({
    state: { S: "stored" },
    bodyKey: { S: "bodies/stored/request-1" },
    bodyBytes: { N: "4400000" },
    bodySha256: { S: sha256(body) },
  });
  expect(await table.item("github#delivery-1")).not.toHaveProperty("bodyBrotli");
  expect(await kept()).toEqual(["bodies/stored/request-1"]);
  expect(sha256(await bucket.get("bodies/stored/request-1"))).toBe(sha256(body));
});

test("the item's limit decides, to the byte", async () => {
  const options = { indexShards: 4, compressOverBytes: ITEM_BYTES };
  const facts = { bodyBytes: { N: "409000" }, bodySha256: { S: "0".repeat(64) } };
  const head = eventHeadItem(webhookEvent({ path: "/github" }), options);
  const room = ITEM_BYTES - itemBytes({ ...head, ...facts, body: { S: "" } });
  for (const [requestId, bytes, keys] of [
    ["request-1", room, []],
    ["request-2", room + 1, ["bodies/stored/request-2"]],
  ] as const) {
    const event = await large({ requestId, eventId: `delivery-${requestId.at(-1)}`, body: Buffer.alloc(bytes, "x") });
    expect(await store(options).put([event], signal)).toEqual([{ kind: "stored", already: false }]);
    expect(await kept()).toEqual(keys);
  }
});

test.each([
  ["the same request again is stored already", "request-1", 7, { kind: "stored", already: true }],
  ["another request with the same content is a duplicate", "request-2", 7, { kind: "duplicate" }],
  ["another request with another content is a conflict", "request-2", 8, { kind: "conflict" }],
])("%s, and leaves no copy behind", async (_case, requestId, fill, outcome) => {
  // Bytes that do not compress, and differ with the fill.
  const bytes = (last: number) => Buffer.concat([noise, Buffer.from([last])]);
  await store().put([await large({ body: bytes(7) })], signal);
  const before = await table.items();
  expect(await store().put([await large({ requestId, body: bytes(fill) })], signal)).toEqual([outcome]);
  expect(await table.items()).toEqual(before);
  expect(await kept()).toEqual(["bodies/stored/request-1"]);
});
const noise = randomBytes(500_000);

test.each(["rejected", "failed", "conflict"] as const)("a %s record keeps its body likewise", async (state) => {
  const record = (event: WebhookEvent) => ({ ...event, state, reason: "WHY", detail: "why" });
  const small = await large({ requestId: "request-1", body: Buffer.alloc(500_000, "x") });
  const whole = await large({ requestId: "request-2", body: noise });
  expect(await store().record([record(small), record(whole)], signal)).toEqual([true, true]);
  expect(await table.item(`#${state}#request-1`)).toMatchObject({ bodyBytes: { N: "500000" } });
  expect(await table.item(`#${state}#request-2`)).toMatchObject({
    bodyKey: { S: `bodies/${state}/request-2` },
    bodySha256: { S: sha256(noise) },
  });
  expect(await kept()).toEqual([`bodies/${state}/request-2`]);
});

test.each([
  ["of 64 KB is in its item", 65_536, {}, []],
  ["of more is in the bucket", 65_537, { bodyKey: { S: "bodies/rejected/r1" } }, ["bodies/rejected/r1"]],
])("a rejected body %s", async (_case, bytes, expected, objects) => {
  const body = randomBytes(bytes);
  const record = {
    ...webhookEvent({ requestId: "r1", body }),
    state: "rejected" as const,
    reason: "WHY",
    detail: "why",
  };
  expect(await store().record([record], signal)).toEqual([true]);
  const item = await table.item("#rejected#r1");
  expect(item).toMatchObject({ ...expected, bodyBytes: { N: String(bytes) }, bodySha256: { S: sha256(body) } });
  expect("bodyBrotli" in item).toBe(objects.length === 0);
  expect(await kept()).toEqual(objects);
  for (const key of objects) expect(Buffer.compare(await bucket.get(key), body)).toBe(0);
});

test("without a bucket, a rejected body that no item holds is left out, and its record says how to know it", async () => {
  const record = {
    ...webhookEvent({ requestId: "r1", body: noise }),
    state: "rejected" as const,
    reason: "WHY",
    detail: "",
  };
  expect(await table.store().record([record], signal)).toEqual([true]);
  const item = await table.item("#rejected#r1");
  expect(item).toMatchObject({ bodyBytes: { N: "500000" }, bodySha256: { S: sha256(noise) } });
  expect(["body", "bodyBrotli", "bodyKey"].filter((name) => name in item)).toEqual([]);
});

test("a record of an unread body has its copy, and says nothing of its content", async () => {
  const { body: _, ...head } = await large({ body: noise });
  const record = { ...head, state: "failed" as const, reason: "CLAIM_BODY_ALTERED", detail: "why" };
  expect(await store().record([record], signal)).toEqual([true]);
  const item = await table.item("#failed#request-1");
  expect(item).toMatchObject({ bodyKey: { S: "bodies/failed/request-1" } });
  expect(item).not.toHaveProperty("bodySha256");
});

test("a record of a body that is gone has none", async () => {
  const { body: _, ...head } = webhookEvent({ path: "/github" });
  const record = { ...head, state: "failed" as const, reason: "CLAIM_BODY_MISSING", detail: "why" };
  expect(await store().record([record], signal)).toEqual([true]);
  expect(Object.keys(await table.item("#failed#request-1")).filter((name) => name.startsWith("body"))).toEqual([]);
});

test("a bucket that does not take the copy: the sink is unavailable, and no item points at nothing", async () => {
  const event = await large({ body: noise });
  const failing = await startS3Endpoint((request) => request.socket.destroy());
  const fault = await store({ bodies: failing.bodies })
    .put([event], signal)
    .catch((error: unknown) => error);
  await failing.stop();
  expect(fault).toBeInstanceOf(SinkUnavailable);
  expect(fault).toMatchObject({
    message: expect.stringMatching(/^The bucket "webhook-test-bodies" does not keep bodies/),
  });
  expect(await table.items()).toEqual([]);
});

test("without a bucket, DynamoDB itself refuses what is too large", async () => {
  expect(await table.store().put([webhookEvent({ body: noise })], signal)).toEqual([
    { kind: "unstorable", reason: "ValidationException", detail: expect.stringContaining("size") },
  ]);
});

test("the query is stored, also an empty one, and is absent where none travelled", async () => {
  const events = [
    webhookEvent({ eventId: "e1", query: "a=1&a=2" }),
    webhookEvent({ eventId: "e2", query: "" }),
    webhookEvent({ eventId: "e3" }),
  ];
  await store().put(events, signal);
  const queries = await Promise.all(["e1", "e2", "e3"].map(async (id) => (await table.item(`github#${id}`)).query));
  expect(queries).toEqual([{ S: "a=1&a=2" }, { S: "" }, undefined]);
});
