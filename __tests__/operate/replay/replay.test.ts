/** The way back for what was rejected, over a real table in this process. */

import { createHmac } from "node:crypto";
import { DynamoDbEventStore } from "../../../functions/stores/dynamodb";
import { rejectedRecordOf } from "../../../operate/replay/rejected-record";
import { RejectedRecords } from "../../../operate/replay/rejected-records";
import { GITHUB, githubEvent, NEW_SECRET, OLD_SECRET, Rejected } from "./rejected";

// A machine with other work is several times slower.
jest.setTimeout(60_000);

let rejected: Rejected;
beforeEach(async () => {
  rejected = new Rejected();
  await rejected.start();
});
afterEach(() => rejected.stop());

const keyOf = ({ eventId }: { eventId: string }) => `github#${eventId}`;
const recordKeyOf = ({ requestId }: { requestId: string }) => `#rejected#${requestId}`;

test("what verifies with today's secret is stored as its sender sent it, and its record is gone", async () => {
  const event = githubEvent({ text: '{"a": 1,\n "é": "😀"}' });
  await rejected.reject([event]);
  expect(await rejected.replay()).toEqual({ stored: 1 });
  expect(await rejected.states()).toEqual({ [keyOf(event)]: "stored" });
  expect(await rejected.table.item(keyOf(event))).toMatchObject({
    requestId: { S: event.requestId },
    messageId: { S: event.messageId },
    receivedAt: { S: event.receivedAt },
    path: { S: "/github" },
    sourceIp: { S: "192.0.2.1" },
    body: { S: '{"a": 1,\n "é": "😀"}' },
  });
});

test("a dry run changes nothing and says what would be", async () => {
  const [honest, forged] = [githubEvent(), githubEvent({ secret: "nobody's" })];
  await rejected.reject([honest, forged]);
  const before = await rejected.table.items();
  expect(await rejected.replay({ stores: false })).toEqual({ "would-store": 1, refused: 1 });
  expect(await rejected.table.items()).toEqual(before);
  const ends = rejected.ended.map(({ end, key, reason }) => [end, key, reason]);
  expect(ends).toContainEqual(["would-store", keyOf(honest), undefined]);
  expect(ends).toContainEqual(["refused", undefined, "SIGNATURE_MISMATCH"]);
});

test("a second run finds nothing more to do", async () => {
  await rejected.reject([githubEvent(), githubEvent()]);
  expect(await rejected.replay()).toEqual({ stored: 2 });
  expect(await rejected.replay()).toEqual({});
});

test("what is still not verified stays as it is, with the reason of today", async () => {
  const forged = githubEvent({ secret: "nobody's" });
  await rejected.reject([forged], "SIGNATURE_MALFORMED");
  expect(await rejected.replay()).toEqual({ refused: 1 });
  expect(await rejected.states()).toEqual({ [recordKeyOf(forged)]: "rejected" });
  expect(rejected.ended[0]).toMatchObject({ reason: "SIGNATURE_MISMATCH", record: { reason: "SIGNATURE_MALFORMED" } });
});

test("a timestamp is held against the time at which the event was received, not against today", async () => {
  const { body, ...event } = githubEvent();
  const atSeconds = Date.parse(event.receivedAt) / 1_000 - 10;
  const sign = (seconds: number) =>
    `v0=${createHmac("sha256", "slack secret").update(`v0:${seconds}:`).update(body).digest("hex")}`;
  const slack = (seconds: number, requestId: string) => ({
    ...event,
    body,
    requestId,
    source: "slack",
    path: "/slack",
    headers: { "x-slack-request-timestamp": String(seconds), "x-slack-signature": sign(seconds) },
  });
  rejected.secrets.set("/webhook/slack", "slack secret");
  await rejected.reject([slack(atSeconds, "in-time"), slack(atSeconds - 3_600, "too-late")]);
  expect(await rejected.replay()).toEqual({ stored: 1, refused: 1 });
  expect(rejected.ended.map(({ record, reason }) => [record.key, reason])).toContainEqual([
    "#rejected#too-late",
    "TIMESTAMP_TOO_OLD",
  ]);
});

test("an event that came again and was stored meanwhile is a duplicate, and its record is gone", async () => {
  const event = githubEvent();
  await rejected.reject([event]);
  await rejected.store({ ...event, requestId: "another-request" });
  expect(await rejected.replay()).toEqual({ duplicate: 1 });
  expect(await rejected.states()).toEqual({ [keyOf(event)]: "stored" });
});

test("a sender's tries of one event, all rejected, are one event", async () => {
  const once = githubEvent();
  await rejected.reject([once, { ...once, requestId: "second" }, { ...once, requestId: "third" }]);
  expect(await rejected.replay()).toEqual({ stored: 1, duplicate: 2 });
  expect(await rejected.states()).toEqual({ [keyOf(once)]: "stored" });
});

test("the same id with other content is a conflict record, and what is stored stays", async () => {
  const event = githubEvent();
  await rejected.store(githubEvent({ delivery: event.eventId, text: "first" }));
  await rejected.reject([event]);
  expect(await rejected.replay()).toEqual({ conflict: 1 });
  expect(await rejected.states()).toEqual({ [`#conflict#${event.requestId}`]: "conflict", [keyOf(event)]: "stored" });
  expect((await rejected.table.item(keyOf(event))).body).toEqual({ S: "first" });
});

test("ended between storing and deleting, it goes on: the event is there once", async () => {
  const events = [githubEvent(), githubEvent(), githubEvent()];
  await rejected.reject(events);
  const place = { tableName: "webhook-test-events", indexName: "by-source-and-time", indexShards: 4 };
  const records = new RejectedRecords(rejected.table.client, place);
  const killed = {
    batches: records.batches.bind(records),
    delete: () => Promise.reject(new Error("killed")),
  };
  await expect(rejected.replay({ records: killed })).rejects.toThrow("killed");
  expect(await rejected.replay()).toEqual({ stored: 3 });
  expect(await rejected.states()).toEqual(Object.fromEntries(events.map((event) => [keyOf(event), "stored"])));
});

test("a type that its source does not want is not stored, and its record stays", async () => {
  const event = githubEvent({ text: '{"action":"deleted"}' });
  await rejected.reject([event]);
  const sources = [{ ...GITHUB, types: { jsonPointer: "/action", accept: ["created"] } }];
  expect(await rejected.replay({ sources })).toEqual({ filtered: 1 });
  expect(await rejected.states()).toEqual({ [recordKeyOf(event)]: "rejected" });
});

test("a source that accepts unverified events meanwhile gets none back that do not verify", async () => {
  await rejected.reject([githubEvent({ secret: "nobody's" })]);
  expect(await rejected.replay({ sources: [{ ...GITHUB, onUnverified: "accept" }] })).toEqual({ refused: 1 });
});

describe("only what is asked for is looked at:", () => {
  test("of a source", async () => {
    await rejected.reject([githubEvent()]);
    expect(await rejected.replay({ wanted: { sources: ["slack"] } })).toEqual({});
    expect(await rejected.replay({ wanted: { sources: ["github"] } })).toEqual({ stored: 1 });
  });

  test("for a reason", async () => {
    await rejected.reject([githubEvent()], "SIGNATURE_MISMATCH");
    await rejected.reject([githubEvent()], "TIMESTAMP_TOO_OLD");
    expect(await rejected.replay({ wanted: { reasons: ["TIMESTAMP_TOO_OLD"] } })).toEqual({ stored: 1 });
    expect(rejected.ended[0]?.record.reason).toBe("TIMESTAMP_TOO_OLD");
  });

  test("since a time", async () => {
    const [, second, third] = [githubEvent(), githubEvent(), githubEvent()];
    await rejected.reject([githubEvent({ receivedAt: "2026-01-01T00:00:00.000Z" }), second, third]);
    expect(await rejected.replay({ wanted: { since: second.receivedAt } })).toEqual({ stored: 2 });
  });
});

test("many are taken back, of all keys of the index", async () => {
  const events = Array.from({ length: 300 }, () => githubEvent());
  await rejected.reject(events);
  expect(await rejected.replay()).toEqual({ stored: 300 });
  expect(await rejected.states()).toEqual(
    Object.fromEntries(
      events.map((event) => [keyOf(event), "stored"] as const).sort(([one], [other]) => (one < other ? -1 : 1)),
    ),
  );
});

test("a large body that was kept compressed comes back as it was", async () => {
  const event = githubEvent({ text: JSON.stringify({ long: "0123456789".repeat(2_000) }) });
  await rejected.reject([event]);
  expect((await rejected.table.item(recordKeyOf(event))).bodyBrotli).toBeDefined();
  expect(await rejected.replay()).toEqual({ stored: 1 });
});

describe("a record of which too little was kept stays as it is:", () => {
  test.each([
    ["an unbelievable message", { pk: { S: "#rejected#message:1" } }, "nothing in its message could be believed"],
    ["no headers", { headers: undefined }, "its headers were not kept"],
    ["another body", { body: { S: "cut" } }, "its body was not kept"],
    ["no body", { body: undefined }, "its body was not kept"],
  ])("%s", async (_, change, why) => {
    await rejected.reject([githubEvent()]);
    const [item = {}] = await rejected.table.items();
    const facts = "pk" in change ? { reason: item.reason } : item;
    expect(rejectedRecordOf(JSON.parse(JSON.stringify({ ...facts, ...change }))).request).toBe(why);
  });

  test("a path that no source claims any more", async () => {
    await rejected.reject([githubEvent({ path: "/gone" })]);
    expect(await rejected.replay()).toEqual({ incomplete: 1 });
    expect(rejected.ended[0]?.reason).toBe("no source claims its path any more");
  });
});

describe("nothing is found out, nothing is changed, and the message says what to do", () => {
  const untouched = async () => {
    const before = await rejected.table.items();
    return async () => expect(await rejected.table.items()).toEqual(before);
  };

  test("when the secret cannot be read", async () => {
    await rejected.reject([githubEvent()]);
    rejected.secrets.clear();
    const isUntouched = await untouched();
    await expect(rejected.replay()).rejects.toMatchObject({ code: "REPLAY_CANNOT_VERIFY", exitCode: 2 });
    await isUntouched();
  });

  test("when the source cannot verify anything", async () => {
    rejected.secrets.set("/webhook/discord", "no public key");
    const headers = { "x-signature-timestamp": "1700000000", "x-signature-ed25519": "0".repeat(128) };
    await rejected.reject([githubEvent({ headers })]);
    const isUntouched = await untouched();
    const signature = { scheme: "discord", secretNames: ["ssm:/webhook/discord"] } as const;
    await expect(rejected.replay({ sources: [{ ...GITHUB, signature }] })).rejects.toMatchObject({
      code: "REPLAY_CANNOT_VERIFY",
      message: expect.stringContaining("(SECRET_UNUSABLE)"),
    });
    await isUntouched();
  });

  test("when the table refuses", async () => {
    await rejected.reject([githubEvent()]);
    const other = { tableName: "another", indexName: "by-source-and-time", indexShards: 4 };
    const records = new RejectedRecords(rejected.table.client, other);
    await expect(rejected.replay({ records })).rejects.toMatchObject({
      code: "REPLAY_TABLE_UNUSABLE",
      message: expect.stringContaining('The table "another" cannot be used: ResourceNotFoundException'),
    });
  });

  test("when the store is down, and the next run goes on", async () => {
    await rejected.reject([githubEvent()]);
    const store = new DynamoDbEventStore(rejected.table.client, {
      tableName: "another",
      indexShards: 4,
      compressOverBytes: 1_024,
      rejectedExpiryDays: 30,
    });
    await expect(rejected.replay({ store })).rejects.toMatchObject({ code: "REPLAY_NOT_STORED" });
    expect(await rejected.replay()).toEqual({ stored: 1 });
  });
});

test("no message of a failed run has a secret or a body in it", async () => {
  await rejected.reject([githubEvent({ text: "the body of the event" })]);
  rejected.secrets.set("/webhook/github", "");
  const fault: unknown = await rejected.replay().catch((error: unknown) => error);
  expect(String(fault)).not.toMatch(/the body of the event|secret"/);
  expect([OLD_SECRET, NEW_SECRET].some((secret) => String(fault).includes(secret))).toBe(false);
});
