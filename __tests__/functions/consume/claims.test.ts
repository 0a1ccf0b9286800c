/** Bodies that came by claim check, from a real bucket into a real table. */
import { createHash, randomBytes } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { type Consumer, consume } from "../../../functions/consume/consume";
import { key } from "../../../functions/event/webhook-event";
import { BODIES_SIDE_BY_SIDE, type BodyStore } from "../../../functions/stores/body-store";
import { type EventStore, SinkUnavailable } from "../../../functions/stores/event-store";
import { directRecord, LAMBDA_RULES, patientSignal, publisherRecord, RULES, WITHOUT_SOURCES } from "../factories";
import { type AwsEmulator, type Bucket, startAws, startS3Endpoint } from "../stores/bucket";
import { startTable, type Table } from "../stores/sink";

const sha256 = (body: Uint8Array) => createHash("sha256").update(body).digest("hex");
const BODY = randomBytes(300_000);

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

interface Claimed {
  readonly requestId?: string;
  readonly receiveCount?: number;
  readonly claim?: object;
}

function claimed({ requestId = "r1", receiveCount = 1, claim = {} }: Claimed = {}) {
  const own = { key: `inflight/${requestId}`, bytes: BODY.byteLength, sha256: sha256(BODY), ...claim };
  const envelope = { query: "a=1", headers: { "webhook-id": `w-${requestId}` }, claim: own };
  return publisherRecord({ requestId, messageId: `m-${requestId}`, receiveCount, path: "/github", envelope });
}

async function run(records: Parameters<typeof consume>[0], bodies: BodyStore = bucket.bodies) {
  const lines: string[] = [];
  const consumer: Consumer = {
    rules: LAMBDA_RULES,
    ...WITHOUT_SOURCES,
    store: table.store({ bodies }),
    bodies,
    log: (message, { stage, reason }) => {
      const name = message.kind === "rejection" ? message.rejection.messageId : key(message.event);
      lines.push([name, stage, reason].filter((part) => part !== undefined).join(" "));
    },
  };
  const outcome = await consume(records, consumer, patientSignal()).catch((fault: unknown) => fault);
  return { outcome, lines };
}

test("a claimed body is stored with its event", async () => {
  await bucket.put("inflight/r1", BODY);
  expect(await run([claimed()])).toEqual({ outcome: { batchItemFailures: [] }, lines: ["github#w-r1 stored"] });
  expect(await table.item("github#w-r1")).toMatchObject({
    query: { S: "a=1" },
    bodyBytes: { N: "300000" },
    bodySha256: { S: sha256(BODY) },
  });
});

test("a body that is gone returns its message, and on the third receive makes a failed record that says so", async () => {
  const { outcome, lines } = await run([claimed(), publisherRecord({ requestId: "r2" })]);
  expect(outcome).toEqual({ batchItemFailures: [{ itemIdentifier: "m-r1" }] });
  expect(lines.sort()).toEqual(["github#w-r1 returned CLAIM_BODY_MISSING", "hello#r2 stored"]);
  expect(await run([claimed({ receiveCount: 3 })])).toEqual({
    outcome: { batchItemFailures: [] },
    lines: ["github#w-r1 failed CLAIM_BODY_MISSING"],
  });
  expect(await table.item("#failed#r1")).toMatchObject({
    reason: { S: "CLAIM_BODY_MISSING" },
    detail: { S: expect.stringContaining(`"inflight/r1" is in the bucket; the publisher wrote 300000 bytes`) },
    eventId: { S: "w-r1" },
  });
  expect(await table.item("#failed#r1")).not.toHaveProperty("bodyKey");
});

test.each([
  ["of the same length", BODY.map((byte) => byte ^ 1)],
  ["of another length", Buffer.from("short")],
])("another body %s is never stored as the event's; the failed record has a copy of it", async (_case, other) => {
  await bucket.put("inflight/r1", other);
  expect(await run([claimed({ receiveCount: 3 })])).toEqual({
    outcome: { batchItemFailures: [] },
    lines: ["github#w-r1 failed CLAIM_BODY_ALTERED"],
  });
  expect((await table.items()).map(({ pk }) => pk?.S)).toEqual(["#failed#r1"]);
  expect(await table.item("#failed#r1")).toMatchObject({ bodyKey: { S: "bodies/failed/r1" } });
  expect(Buffer.compare(await bucket.get("bodies/failed/r1"), other)).toBe(0);
});

test("a claim check for another request's body is rejected, and that body is not touched", async () => {
  await bucket.put("inflight/r2", BODY);
  expect(await run([claimed({ claim: { key: "inflight/r2" } })])).toMatchObject({
    lines: ["m-r1 rejected ENVELOPE_MALFORMED"],
  });
  expect((await table.items()).map(({ pk }) => pk?.S)).toEqual(["#rejected#r1"]);
  expect(await bucket.keys()).toEqual(["inflight/r2"]);
});

test("a claim check for a body with another SHA-256 or length is not believed", async () => {
  await bucket.put("inflight/r1", BODY);
  for (const claim of [{ sha256: "0".repeat(64) }, { bytes: 299_999 }]) {
    expect((await run([claimed({ claim })])).lines).toEqual(["github#w-r1 returned CLAIM_BODY_ALTERED"]);
  }
  expect(await table.items()).toEqual([]);
});

test("a bucket that is down fails the batch, so that everything comes again", async () => {
  const down = await startS3Endpoint((request) => request.socket.destroy());
  const { outcome, lines } = await run([claimed(), publisherRecord({ requestId: "r2" })], down.bodies);
  await down.stop();
  expect(outcome).toBeInstanceOf(SinkUnavailable);
  expect(lines.slice(-2)).toEqual(["github#w-r1 returned SinkUnavailable", "hello#r2 returned SinkUnavailable"]);

  await bucket.put("inflight/r1", BODY);
  expect((await run([claimed(), publisherRecord({ requestId: "r2" })])).outcome).toEqual({ batchItemFailures: [] });
  expect((await table.items()).map(({ pk }) => pk?.S).sort()).toEqual(["github#w-r1", "hello#r2"]);
});

test("an object whose message the queue refused is no event", async () => {
  await bucket.put("inflight/orphan", BODY);
  await bucket.put("inflight/r1", BODY);
  await run([claimed()]);
  expect((await table.items()).map(({ pk }) => pk?.S)).toEqual(["github#w-r1"]);
});

test("no more bodies are in memory at once than are promised", async () => {
  let held = 0;
  let most = 0;
  const store: EventStore = {
    put: async (events) => {
      await setImmediate();
      held -= events.length;
      return events.map(() => ({ kind: "stored", already: false }));
    },
    record: async () => [],
  };
  const bodies: BodyStore = {
    read: async () => {
      most = Math.max(most, ++held);
      await setImmediate();
      return { kind: "read", body: BODY };
    },
    keep: async () => "",
    write: async () => "",
  };
  const records = Array.from({ length: 40 }, (_, index) => claimed({ requestId: `r${index}` }));
  await consume(records, { rules: LAMBDA_RULES, ...WITHOUT_SOURCES, store, bodies, log: () => {} }, patientSignal());
  expect(most).toBe(BODIES_SIDE_BY_SIDE);
});

test("a claim check in a stack without a bucket is a mistake of ours: everything comes again", async () => {
  const store: EventStore = { put: async () => [], record: async () => [] };
  await expect(
    consume([claimed()], { rules: LAMBDA_RULES, ...WITHOUT_SOURCES, store, log: () => {} }, patientSignal()),
  ).rejects.toThrow(new Error("there is no bucket to read inflight/r1 from"));
});

test("direct events are stored as before, whatever their body imitates", async () => {
  const { body } = claimed();
  const consumer = { rules: RULES, ...WITHOUT_SOURCES, store: table.store(), log: () => {} };
  await consume([directRecord({ body, requestId: "r1" })], consumer, patientSignal());
  expect(await table.item("hello#r1")).toMatchObject({ body: { S: body } });
});
