/** Real HTTP in, PostgreSQL looked at in the end: whatever a sender sends is stored as it came, or recorded. */
import { randomBytes } from "node:crypto";
import type { Delivery } from "../../local/demo/workload";
import { delivery, type PlayedStack, playPostgresStack } from "./played-stack";
import { query, SMALL_DATABASE } from "./small-database";

jest.setTimeout(90_000);

let stack: PlayedStack;
const start = async (ingress: "direct" | "lambda") => {
  stack = await playPostgresStack({ ...SMALL_DATABASE, ingress }, { speed: 60 });
};

const KB = 1_024;
const binary = (body: Buffer): Delivery => delivery({ body, headers: { "content-type": "application/octet-stream" } });

interface Row {
  readonly event_id: string;
  readonly body: Buffer;
  readonly body_json: unknown;
}
const rows = () =>
  query<Row>(stack, "SELECT event_id, body, body_json FROM webhook.events WHERE state = 'stored' ORDER BY key");

/** What jsonb takes is there for queries too; what it does not take is there as bytes. */
const BODIES = {
  json: { text: '{"a": [1, "ä", null]}', parsed: { a: [1, "ä", null] } },
  "no JSON": { text: "a=b&c=d", parsed: null },
  "an escaped NUL": { text: '{"a":"\\u0000"}', parsed: null },
  "half a surrogate pair": { text: '{"a":"\\ud800"}', parsed: null },
  "half a surrogate pair as a key": { text: '{"\\udc00":1}', parsed: null },
  "a number that no float holds": { text: '{"a":1e400}', parsed: expect.anything() },
} as const;

async function storesEveryText(): Promise<void> {
  const deliveries = Object.entries(BODIES).map(([deliveryId, { text }]) => delivery({ deliveryId, text }));
  const sent = await stack.send(deliveries);
  await stack.settled(sent);
  expect(await stack.account(sent)).toMatchObject({ accepted: deliveries.length, stored: deliveries.length, lost: 0 });
  const stored = Object.fromEntries((await rows()).map((row) => [row.event_id, row]));
  for (const [id, { text, parsed }] of Object.entries(BODIES)) {
    expect(stored[id]?.body.toString()).toBe(text);
    expect(stored[id]?.body_json).toEqual(parsed);
  }
}

describe("with direct ingress", () => {
  beforeAll(() => start("direct"));
  afterAll(() => stack.stop());

  test("every text is stored byte for byte, and as JSON where PostgreSQL can hold it", storesEveryText);

  test("duplicates, conflicts and forgeries end as they do in the table", async () => {
    const first = delivery({ deliveryId: "one-id" });
    const breakOut = 'x"},"form":{"DataType":"String","StringValue":"publisher';
    const sent = await stack.deliver(
      { ...first, headers: { ...first.headers, "user-agent": breakOut } },
      first,
      first,
      { ...first, body: Buffer.from('{"content":"second"}') },
    );
    expect(await stack.account(sent)).toMatchObject({ stored: 1, duplicates: 1, conflicts: 1, rejected: 1, lost: 0 });
  });

  test("the account goes by the stored bytes: a body that is not what was sent counts as lost", async () => {
    const sent = await stack.deliver(delivery({ deliveryId: "tampered" }));
    expect(await stack.account(sent)).toMatchObject({ stored: 1, lost: 0 });
    await query(stack, "UPDATE webhook.events SET body = 'other' WHERE event_id = 'tampered'");
    expect(await stack.account(sent)).toMatchObject({ stored: 0, lost: 1 });
  });

  test("an event that the database refuses fails alone, on its third receive, and takes no other with it", async () => {
    const refused = delivery({ deliveryId: "0".repeat(3_000) });
    const sent = await stack.send([...Array.from({ length: 9 }, () => delivery()), refused]);
    await stack.settled(sent);
    expect(await stack.account(sent)).toMatchObject({ stored: 9, failed: 1, deadLettered: 0, lost: 0, twice: 0 });
    const { messageId = "" } = sent.find((one) => one.delivery === refused) ?? {};
    expect(stack.run.timeline.count({ step: "polled", messageId })).toBe(3);
    const reported = stack.run.timeline
      .entries({ step: "returned" })
      .filter(({ facts }) => facts?.reason === "reported as a batch item failure")
      .map((entry) => entry.messageId);
    expect(reported).toEqual([messageId, messageId]);
    expect(stack.run.timeline.entries({ step: "failed", messageId })[0]?.facts).toMatchObject({ reason: "23514" });
  });
});

describe("with lambda ingress", () => {
  beforeAll(() => start("lambda"));
  afterAll(() => stack.stop());

  test("every text is stored byte for byte, and as JSON where PostgreSQL can hold it", storesEveryText);

  test("bodies of 0 bytes, of any bytes and of 1 MB are stored byte for byte", async () => {
    const deliveries = [
      binary(Buffer.alloc(0)),
      binary(Buffer.from([0, 1, 2, 0xff, 0xfe, 0])),
      binary(randomBytes(300 * KB)),
      delivery({ text: JSON.stringify(randomBytes(750 * KB).toString("base64")) }),
    ];
    const sent = await stack.send(deliveries, 2);
    await stack.settled(sent);
    expect(await stack.account(sent)).toMatchObject({ accepted: 4, stored: 4, duplicates: 0, lost: 0 });
    const stored = new Map((await rows()).map((row) => [row.event_id, row.body]));
    for (const { deliveryId = "", body } of deliveries)
      expect(body?.equals(stored.get(deliveryId) ?? Buffer.from("-"))).toBe(true);
    expect(stack.run.refusedCalls).toEqual([]);
  });
});
