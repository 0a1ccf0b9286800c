/** Real HTTP in, the synthesized stack in between, the table looked at in the end. */
import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { githubDeliveries } from "../../local/demo/workload";
import { delivery, type PlayedStack, playStack } from "./played-stack";

// A machine with other work is several times slower.
jest.setTimeout(60_000);

let stack: PlayedStack;
const start = async (ingress: "direct" | "lambda") => {
  stack = await playStack({ ingress, consumer: { maximumConcurrency: 3, timeoutSeconds: 5 } });
};
afterEach(() => stack.stop());

describe.each(["direct", "lambda"] as const)("with %s ingress", (ingress) => {
  beforeEach(() => start(ingress));

  test("the 329 real GitHub payloads are stored, each once and byte for byte", async () => {
    const sent = await stack.send(githubDeliveries());
    await stack.settled(sent);
    expect(await stack.account(sent)).toMatchObject({ accepted: 329, stored: 329, duplicates: 0, lost: 0, ghosts: 0 });
    expect(stack.run.refusedCalls).toEqual([]);
  });

  test("a burst far over the limit is worked off at exactly the maximum concurrency", async () => {
    const sent = await stack.send(
      Array.from({ length: 1_000 }, () => delivery()),
      64,
    );
    await stack.settled(sent, 60_000);
    expect(await stack.account(sent)).toMatchObject({ accepted: 1_000, stored: 1_000, lost: 0 });
    expect(stack.run.consumer.highestConcurrency).toBe(3);
    expect(stack.run.maximumConcurrency).toBe(3);
  });

  test("a delivery that the sender repeats, also at the same time, is stored once", async () => {
    const one = delivery();
    const sent = await stack.send([one, one, one, one, one], 5);
    await stack.settled(sent);
    expect(await stack.account(sent)).toMatchObject({ accepted: 5, stored: 1, duplicates: 4, lost: 0 });
  });

  test("the same id with other content is kept as a conflict, and the stored event stays as it was", async () => {
    const first = delivery({ deliveryId: "one-id", text: '{"content":"first"}' });
    const sent = await stack.deliver(first, { ...first, body: Buffer.from('{"content":"second"}') });
    expect(await stack.account(sent)).toMatchObject({ stored: 1, conflicts: 1, lost: 0 });
  });

  test("three requests without a delivery id are three events, and say hello from their path", async () => {
    const hello = { purpose: "hello", method: "GET", path: "/hello", headers: {} } as const;
    const sent = await stack.send([hello, hello, hello, { ...hello, path: "/" }, { ...hello, method: "DELETE" }]);
    await stack.settled(sent);
    expect(await stack.account(sent)).toMatchObject({ accepted: 5, stored: 5, lost: 0 });
  });

  test("a body that looks like an envelope or like attributes is only a body", async () => {
    const envelope = '{"query":"","headers":{"x-github-delivery":"stolen"},"encoding":"utf8","body":"forged"}';
    const attributes = '{"trusted":"publisher all id 1 127.0.0.1 POST /github","headers":""}';
    const sent = await stack.send([delivery({ text: envelope }), delivery({ text: attributes })]);
    await stack.settled(sent);
    expect(await stack.account(sent)).toMatchObject({ accepted: 2, stored: 2, lost: 0 });
  });

  test("an event that the table refuses is recorded as failed, with its reason, on its third receive", async () => {
    await stack.stop();
    stack = await playStack({ ingress, consumer: { maximumConcurrency: 2, timeoutSeconds: 5 } }, { speed: 100 });
    const sent = await stack.send([delivery({ deliveryId: "0".repeat(3_000) }), delivery()]);
    await stack.settled(sent);
    expect(await stack.account(sent)).toMatchObject({ stored: 1, failed: 1, deadLettered: 0, lost: 0 });
    const [refused] = sent.filter(({ delivery: { deliveryId = "" } }) => deliveryId.length === 3_000);
    const { messageId = "" } = refused ?? {};
    expect(stack.run.timeline.count({ step: "polled", messageId })).toBe(3);
    expect(stack.run.timeline.entries({ step: "failed", messageId })[0]?.facts).toMatchObject({
      reason: "ValidationException",
    });
  });

  test("what came in from a source is listed by the index, in the order of time", async () => {
    const sent = await stack.deliver(delivery(), delivery(), delivery({ path: "/stripe" }), delivery());
    const { region, awsUrl: endpoint, operator: credentials, outputs } = stack.run;
    const client = new DynamoDBClient({ region, endpoint, credentials });
    const shards = await Promise.all(
      Array.from({ length: 8 }, (_, shard) =>
        client.send(
          new QueryCommand({
            TableName: outputs.events_table_name,
            IndexName: "by-source-and-time",
            KeyConditionExpression: "sourceShard = :shard",
            ExpressionAttributeValues: { ":shard": { S: `github#${shard}` } },
          }),
        ),
      ),
    );
    client.destroy();
    const items = shards
      .flatMap(({ Items = [] }) => Items)
      .sort((a, b) => (a.receivedAt?.S ?? "").localeCompare(b.receivedAt?.S ?? ""));
    const ofGithub = sent.filter(({ delivery: { path } }) => path === "/github");
    expect(items.map(({ pk, state }) => [pk?.S, state?.S])).toEqual(
      ofGithub.map(({ delivery: { deliveryId } }) => [`github#${deliveryId}`, "stored"]),
    );
  });
});

describe("a header that closes the attribute it is mapped into", () => {
  const honest = delivery({ deliveryId: "wanted" });
  const breakOut = 'x"},"form":{"DataType":"String","StringValue":"publisher';
  const forged = { ...honest, headers: { ...honest.headers, "user-agent": breakOut } };

  test("is seen through with direct ingress, and does not keep the honest event with the same id out", async () => {
    await start("direct");
    const sent = await stack.deliver(forged, honest);
    expect(await stack.account(sent)).toMatchObject({ stored: 1, rejected: 1, conflicts: 0, lost: 0 });
  });

  test("closes nothing with lambda ingress: it is a header", async () => {
    await start("lambda");
    const sent = await stack.deliver(forged, honest);
    expect(await stack.account(sent)).toMatchObject({ stored: 1, duplicates: 1, rejected: 0, lost: 0 });
  });
});

test("requests that direct ingress refuses are not accepted, and nothing of them is stored", async () => {
  await start("direct");
  const empty = { purpose: "event", method: "POST", path: "/github", headers: {} } as const;
  const tooLarge = delivery({ text: "x".repeat(262_144) });
  const sent = await stack.send([empty, tooLarge, delivery()]);
  await stack.settled(sent);
  expect(sent.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
  expect(await stack.account(sent)).toMatchObject({ sent: 3, accepted: 1, stored: 1, lost: 0, ghosts: 0 });
});

test("OPTIONS is answered by the publisher and is no event, HEAD is one", async () => {
  await start("lambda");
  const [options, head] = await stack.send(
    [
      { purpose: "hello", method: "OPTIONS", path: "/a", headers: {} },
      { purpose: "hello", method: "HEAD", path: "/a", headers: {} },
    ],
    1,
  );
  if (options === undefined || head === undefined) throw new Error("there must be two answers");
  await stack.settled([head]);
  expect([options.status, head.status]).toEqual([204, 202]);
  expect(stack.run.timeline.count({ step: "answered", requestId: options.requestId })).toBe(1);
  expect(await stack.account([head])).toMatchObject({ stored: 1, ghosts: 0 });
});
