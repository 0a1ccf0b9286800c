/** The database goes away in the middle of the work: what was accepted is stored when it is back, once. */
import type { LocalRun } from "../../local/start";
import type { Step } from "../../local/timeline";
import { delivery, type PlayedStack, playPostgresStack } from "./played-stack";
import { databaseOf, query, SMALL_DATABASE } from "./small-database";

jest.setTimeout(90_000);

const EVENTS = 300;
/** Slow enough that the work goes on while the database breaks. */
const STATEMENT_MS = 100;

let stack: PlayedStack;
beforeAll(async () => {
  stack = await playPostgresStack(SMALL_DATABASE, { speed: 60 });
});
afterAll(() => stack.stop());

/** Waits for so many more of a step than there are. */
const more = (step: Step, count: number) => {
  const { timeline } = stack.run;
  return timeline.until({ step }, { count: timeline.count({ step }) + count, withinMs: 30_000 });
};

type Database = NonNullable<LocalRun["database"]>;
test.each<[string, (database: Database) => Promise<() => Promise<void>>]>([
  [
    "server that is stopped in order",
    async (database) => {
      await database.stopServer();
      return () => database.startServer();
    },
  ],
  [
    "server that loses its power",
    async (database) => {
      await database.stopServer("crash");
      return () => database.startServer();
    },
  ],
  [
    "failover",
    async (database) => {
      const isBack = database.failover(2);
      return () => isBack;
    },
  ],
])("a %s in the middle of the work costs receives, not events", async (_, breakIt) => {
  const database = databaseOf(stack);
  database.statementDelayMs = STATEMENT_MS;
  const inTheMiddle = more("stored", EVENTS / 10);
  const sending = stack.send(Array.from({ length: EVENTS }, () => delivery()));
  await inTheMiddle;
  const storedBefore = stack.run.timeline.count({ step: "stored" });
  const returned = more("returned", 1);
  const isBack = await breakIt(database);
  await returned;
  await isBack();
  const sent = await sending;
  await stack.settled(sent, 60_000);

  expect(stack.run.timeline.count({ step: "stored" })).toBeGreaterThan(storedBefore);
  expect(await stack.account(sent)).toMatchObject({
    ...{ accepted: EVENTS, stored: EVENTS, deadLettered: 0, lost: 0, twice: 0 },
  });
});

test("a connection that the server closed while its environment was frozen costs nothing: it is opened again", async () => {
  databaseOf(stack).statementDelayMs = 0;
  const returned = stack.run.timeline.count({ step: "returned" });
  const before = await stack.deliver(delivery());
  const closed = await query(
    stack,
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'webhook_consumer'",
  );
  const after = await stack.deliver(delivery());
  expect(closed.length).toBeGreaterThan(0);
  expect(stack.run.timeline.count({ step: "returned" })).toBe(returned);
  expect(await stack.account([...before, ...after])).toMatchObject({ stored: 2, lost: 0, twice: 0 });
});
