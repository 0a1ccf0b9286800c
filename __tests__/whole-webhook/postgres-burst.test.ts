/** The promise to the database: however many events come, it never has more connections than it was promised. */
import { DatabaseWatch } from "../../local/demo/database-watch";
import { githubDeliveries } from "../../local/demo/workload";
import { delivery, type PlayedStack, playPostgresStack } from "./played-stack";
import {
  databaseOf,
  holdConnections,
  MAX_CONNECTIONS,
  MAXIMUM_CONCURRENCY,
  OTHERS,
  release,
  SMALL_DATABASE,
} from "./small-database";

jest.setTimeout(90_000);

/** So little that a test is short, so much that there is always a queue. */
const LOAD_MS = 10;

let stack: PlayedStack;
let watch: DatabaseWatch | undefined;
beforeEach(async () => {
  stack = await playPostgresStack(SMALL_DATABASE, { speed: 60 });
});
afterEach(async () => {
  await watch?.stop();
  watch = undefined;
  await stack.stop();
});

const startWatching = async () => {
  watch = await DatabaseWatch.start(stack.run, performance.now(), LOAD_MS);
};
const watched = () => {
  if (watch === undefined) throw new Error("nothing is watched");
  return watch.watched();
};

const events = (count: number) => Array.from({ length: count }, () => delivery());

test("a burst of 2,000 events is stored, each once, within the budget of a database with 20 connections, and nobody else notices", async () => {
  await startWatching();
  const sent = await stack.send(githubDeliveries(2_000), 64);
  await stack.settled(sent, 60_000);

  expect(await stack.account(sent)).toMatchObject({ accepted: 2_000, stored: 2_000, lost: 0, twice: 0, ghosts: 0 });
  const { connections, faults } = watched();
  expect({ ...connections, faults }).toMatchObject({
    budget: 6,
    maxConnections: MAX_CONNECTIONS,
    highest: MAXIMUM_CONCURRENCY,
    refused: 0,
    bystanderRefused: 0,
    faults: [],
  });
  expect(connections.bystander.queries).toBeGreaterThan(20);
  expect(stack.run.refusedCalls).toEqual([]);
});

test("new code deployed under load has its connections beside those of the frozen old code, and the budget holds", async () => {
  await startWatching();
  const sending = stack.send(events(600), 32);
  await stack.run.timeline.until({ step: "stored" }, { count: 100, withinMs: 30_000 });
  stack.run.consumer.deploy();
  await stack.run.timeline.until({ step: "stored" }, { count: 300, withinMs: 30_000 });
  expect(stack.run.consumer.retired).toBe(MAXIMUM_CONCURRENCY);
  const sent = await sending;
  await stack.settled(sent, 60_000);

  expect(await stack.account(sent)).toMatchObject({ accepted: 600, stored: 600, lost: 0, twice: 0 });
  // The old code's and the new code's: what deployOverlap reckons with.
  expect(watched().connections).toMatchObject({ highest: 2 * MAXIMUM_CONCURRENCY, budget: 6, refused: 0 });
  expect(watched().connections.bystanderRefused).toBe(0);
});

test("an application that holds all the connections it was promised takes none from the consumer", async () => {
  const held = await holdConnections(stack, OTHERS);
  const sent = await stack.send(events(300), 32);
  await stack.settled(sent);
  await release(held);
  expect(held).toHaveLength(OTHERS);
  expect(await stack.account(sent)).toMatchObject({ accepted: 300, stored: 300, lost: 0, twice: 0 });
  expect(databaseOf(stack).connections("webhook_consumer").refused).toBe(0);
});

test("an application that takes every connection stops the consumer, which says why, waits and loses nothing", async () => {
  const held = await holdConnections(stack, MAX_CONNECTIONS);
  const sent = await stack.send(events(30));
  const [{ messageId } = { messageId: "" }] = sent;
  await stack.run.timeline.until({ step: "returned", messageId }, { count: 2, withinMs: 30_000 });
  expect(databaseOf(stack).connections("webhook_consumer").refused).toBeGreaterThan(0);
  expect(stack.run.timeline.count({ step: "stored" })).toBe(0);
  const [returned] = stack.run.timeline.entries({ step: "returned", messageId });
  expect(returned?.facts?.reason).toMatch(/^SinkUnavailable: /);

  await release(held);
  await stack.settled(sent);
  expect(await stack.account(sent)).toMatchObject({ accepted: 30, stored: 30, deadLettered: 0, lost: 0, twice: 0 });
});
