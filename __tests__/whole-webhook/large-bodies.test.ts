/** Lambda ingress takes any body that Lambda takes: by the queue, by the claim check, and refused beyond. */
import { randomBytes } from "node:crypto";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { bodySha256Of } from "../../local/demo/account";
import type { Delivery } from "../../local/demo/workload";
import { delivery, type PlayedStack, playStack } from "./played-stack";

jest.setTimeout(90_000);

const SPEED = 60;
let stack: PlayedStack;
beforeEach(async () => {
  stack = await playStack(
    { ingress: "lambda", consumer: { maximumConcurrency: 2, timeoutSeconds: 5 } },
    { speed: SPEED },
  );
});
afterEach(() => stack.stop());

const KB = 1024;
/** Cannot be compressed, so that it fits into no item when it is over 400 KB. */
const binary = (bytes: number): Delivery =>
  delivery({ body: randomBytes(bytes), headers: { "content-type": "application/octet-stream" } });
/** JSON of exactly so many bytes, hard to compress. */
const json = (bytes: number): Delivery =>
  delivery({
    text: JSON.stringify(
      randomBytes(bytes)
        .toString("base64url")
        .slice(0, bytes - 2),
    ),
  });

async function keysInBucket(): Promise<string[]> {
  const { region, awsUrl: endpoint, operator: credentials, outputs } = stack.run;
  const client = new S3Client({ region, endpoint, credentials });
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: outputs.bodies_bucket_name }));
  client.destroy();
  return Contents.map(({ Key = "" }) => Key);
}

test("bodies of every size are stored byte for byte", async () => {
  const deliveries = {
    "0 B": delivery({ body: Buffer.alloc(0) }),
    "1 B": binary(1),
    "255 KB": json(255 * KB),
    "257 KB": json(257 * KB),
    "257 KB binary": binary(257 * KB),
    "1 MB": json(1_000 * KB),
    "4 MB JSON": json(4_000 * KB),
    "4.4 MB binary": binary(4_400_000),
  };
  const sent = await stack.send(Object.values(deliveries), 4);
  await stack.settled(sent);

  expect(sent.map(({ status }) => status)).toEqual(sent.map(() => 202));
  expect(await stack.account(sent)).toMatchObject({ accepted: 8, stored: 8, lost: 0, ghosts: 0 });
  const records = new Map((await stack.operator.records()).map(({ key, bodySha256 }) => [key, bodySha256]));
  const hashes = Object.entries(deliveries).map(([size, { deliveryId }]) => [
    size,
    records.get(`github#${deliveryId}`),
  ]);
  expect(Object.fromEntries(hashes)).toEqual(
    Object.fromEntries(
      Object.entries(deliveries).map(([size, { body }]) => [size, bodySha256Of(body ?? Buffer.alloc(0))]),
    ),
  );
  // What fits into its item is there; the rest was copied to where it stays.
  const kept = (await keysInBucket()).filter((key) => key.startsWith("bodies/stored/"));
  expect(kept).toHaveLength(3);
  expect(stack.run.refusedCalls).toEqual([]);
});

test("beyond what Lambda takes, and beyond what the API takes, the sender gets a 413 and nothing is stored", async () => {
  const sent = await stack.send([json(6_291_556), binary(4_800_000), binary(10 * KB * KB + 1)], 1);
  expect(sent.map(({ status }) => status)).toEqual([413, 413, 413]);
  expect(await stack.account(sent)).toMatchObject({ accepted: 0, stored: 0, ghosts: 0 });
  expect(await keysInBucket()).toEqual([]);
});

test("with S3 down, what needs it is a 503 and never an event; the rest goes on", async () => {
  stack.run.faults.bodies = "down";
  const large = json(300 * KB);
  const sent = await stack.send([large, delivery()], 1);
  expect(sent.map(({ status }) => status)).toEqual([503, 202]);
  stack.run.faults.bodies = "up";
  await stack.settled(sent);
  expect(await stack.account(sent)).toMatchObject({ accepted: 1, stored: 1, ghosts: 0 });

  const again = [...sent, ...(await stack.deliver(large))];
  expect(await stack.account(again)).toMatchObject({ accepted: 2, stored: 2, lost: 0, ghosts: 0 });
});

test("a body whose message the queue did not take stays behind and never becomes an event", async () => {
  stack.run.faults.queue = "down";
  const large = json(300 * KB);
  const refused = await stack.send([large], 1);
  expect(refused.map(({ status }) => status)).toEqual([503]);
  const [{ requestId } = { requestId: "" }] = refused;
  expect(await keysInBucket()).toEqual([`inflight/${requestId}`]);

  stack.run.faults.queue = "up";
  const sent = [...refused, ...(await stack.deliver(large))];
  expect(await stack.account(sent)).toMatchObject({ sent: 2, accepted: 1, stored: 1, lost: 0, ghosts: 0 });
  expect(await stack.operator.records()).toHaveLength(1);
});

test("S3 that is down for the consumer costs receives, not events", async () => {
  stack.run.faults.sink = "down";
  const sent = await stack.send([json(300 * KB), json(1_000 * KB)], 1);
  expect(sent.map(({ status }) => status)).toEqual([202, 202]);
  stack.run.faults.bodies = "down";
  stack.run.faults.sink = "up";
  const [{ messageId } = { messageId: "" }] = sent;
  const before = stack.run.timeline.count({ step: "returned", messageId });
  await stack.run.timeline.until({ step: "returned", messageId }, { count: before + 2, withinMs: 30_000 });
  expect(stack.run.timeline.count({ step: "stored" })).toBe(0);

  stack.run.faults.bodies = "up";
  await stack.settled(sent, 40_000);
  expect(await stack.account(sent)).toMatchObject({ accepted: 2, stored: 2, failed: 0, lost: 0 });
});
