import { type DatabaseStack, MAKE_USER, type PlayedDatabase, playDatabaseStack, USER } from "./database-stack";
import { until } from "./until";

/** Keeps its connection, and says what the server's process behind it is, or how a query failed. */
const QUERY = `
  try {
    globalThis.client ??= await openDatabase();
    const { rows } = await client.query(event.sql ?? "SELECT pg_backend_pid() AS pid");
    return rows[0]?.pid ?? "done";
  } catch (fault) {
    globalThis.client = undefined;
    return fault.code ?? fault.message;
  }`;

async function start(written: DatabaseStack = {}): Promise<PlayedDatabase> {
  const started = await playDatabaseStack({ functions: { query: QUERY }, ...written });
  await started.look(`${MAKE_USER} CREATE TABLE kept (n int); GRANT ALL ON kept TO ${USER}`);
  return started;
}

let played: PlayedDatabase;
beforeAll(async () => {
  played = await start();
});
afterEach(async () => {
  // No environment of one test is there in the next, and no connection.
  lambda().deploy();
  lambda().endRetired();
  await until(() => connections().open === 0);
});
afterAll(() => played.run.stop());

async function query(sql?: string, on = played): Promise<unknown> {
  const outcome = await on.invoke("query", { sql });
  if (outcome.kind !== "answered") throw new Error(JSON.stringify(outcome));
  return outcome.response;
}
const many = (count: number) => Promise.all(Array.from({ length: count }, () => query("SELECT pg_sleep(0.3)")));
/** As the driver says that the connection it had is gone, whenever it notices. */
const IS_GONE = /^57P0[125]$|terminated|ECONNRESET|not queryable/;
const lambda = () => played.run.lambda.function("query");
const connections = () => played.database.connections(USER);

test("an environment keeps its connection from one invocation to the next", async () => {
  expect(await query()).toBe(await query());
  expect(connections().open).toBe(1);
});

test("the server closes the connection of a frozen environment, which notices and logs in again", async () => {
  await played.look(`ALTER ROLE ${USER} SET idle_session_timeout = 100`);
  const pid = await query();
  await until(() => connections().open === 0);
  // Before anybody logs in again: a session has the timeout that its role had then.
  await played.look(`ALTER ROLE ${USER} RESET idle_session_timeout`);
  const first = await query();
  // It may have heard of the end before the query, or by it.
  const again = typeof first === "number" ? first : await query();
  expect(first).toEqual(typeof first === "number" ? expect.any(Number) : expect.stringMatching(IS_GONE));
  expect(again).not.toBe(pid);
  expect(again).toEqual(expect.any(Number));
});

test.each(["orderly", "crash"] as const)(
  "what is committed outlives the server's stop (%s), and its connections do not",
  async (how) => {
    await query("INSERT INTO kept VALUES (1)");
    await played.database.stopServer(how);
    expect(await query()).toMatch(IS_GONE);
    expect(await query()).toMatch(IS_GONE);
    await played.database.startServer();
    expect(await query()).toEqual(expect.any(Number));
    expect(await played.look("DELETE FROM kept RETURNING n")).toEqual([{ n: 1 }]);
  },
);

test("a failover cuts every connection and takes none until it is over", async () => {
  const pid = await query();
  const over = played.database.failover(0.5);
  expect(await query()).toMatch(IS_GONE);
  expect(await query()).toMatch(IS_GONE);
  await over;
  expect(await query()).not.toBe(pid);
  await until(() => connections().open === 1);
});

test("a database under load holds each answer", async () => {
  await query();
  played.database.statementDelayMs = 300;
  const began = performance.now();
  expect(await query()).toEqual(expect.any(Number));
  expect(performance.now() - began).toBeGreaterThanOrEqual(295);
  played.database.statementDelayMs = 0;
});

test("large answers and statements pass whole", async () => {
  played.database.statementDelayMs = 5;
  const text = "x".repeat(3_000_000);
  expect(
    await query(`SELECT octet_length('${text}') + octet_length(repeat('y', 3000000)) AS pid, repeat('y', 3000000)`),
  ).toBe(6_000_000);
});

test("new code gets environments of its own, and those of the old code stay with their connections", async () => {
  await many(3);
  expect(connections().open).toBe(3);
  lambda().deploy();
  await many(3);
  expect(lambda().retired).toBe(3);
  expect(connections().open).toBe(6);
  lambda().endRetired();
  await until(() => connections().open === 3);
  expect(lambda().retired).toBe(0);
});

test("an environment that is at work while new code is deployed ends its invocation and takes no other", async () => {
  const atWork = query("SELECT pg_sleep(0.5)");
  await until(() => connections().open === 1);
  lambda().deploy();
  expect(await atWork).toBe("done");
  expect(lambda().retired).toBe(1);
  await query();
  expect(connections().open).toBe(2);
});

test("a second deployment ends what the first has left, so there are never more than two at once", async () => {
  for (let deployment = 0; deployment < 3; deployment++) {
    await many(2);
    expect(connections().open).toBeLessThanOrEqual(4);
    lambda().deploy();
    await until(() => connections().open === 2);
  }
});

test("a server with a connection left for nobody refuses whoever comes, and the refusals are counted", async () => {
  const small = await start({ parameters: [{ name: "max_connections", value: "6" }] });
  try {
    const answers = await Promise.all(Array.from({ length: 6 }, () => query("SELECT pg_sleep(0.3)", small)));
    expect(answers).toContain("53300");
    // Three of the six are kept for superusers.
    expect(small.database.connections(USER)).toMatchObject({ highest: 3 });
    expect(small.database.connections(USER).refused).toBeGreaterThan(0);
  } finally {
    await small.run.stop();
  }
});
