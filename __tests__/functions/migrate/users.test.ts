/** What the database's users can and cannot do after the migrations, by the server's own word. */
import { type Rds, startRds } from "./rds";

let rds: Rds;
let database: string;
beforeAll(async () => {
  rds = await startRds();
  database = await rds.database();
  await rds.migrate({ database });
}, 60_000);
afterAll(() => rds?.stop());

/** SQLSTATE of what the server refused; "done" when it did it. Nothing stays. */
async function tried(user: string, statement: string): Promise<string> {
  const client = await rds.login(user, database);
  try {
    await client.query("BEGIN");
    await client.query(statement);
    await client.query("ROLLBACK");
    return "done";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  } finally {
    await client.end();
  }
}

const INSERT =
  "INSERT INTO webhook.events (key, state, message_id, received_at) VALUES ('a#1', 'stored', 'm', now()) ON CONFLICT (key) DO NOTHING RETURNING key";
const PERMISSION_DENIED = "42501";

describe("the consumer", () => {
  test.each([
    ["insert", INSERT],
    ["select", "SELECT * FROM webhook.events"],
  ])("can %s", async (_what, statement) => {
    expect(await tried("webhook_consumer", statement)).toBe("done");
  });

  test.each([
    ["update", "UPDATE webhook.events SET source = 'x'"],
    ["delete", "DELETE FROM webhook.events"],
    ["truncate", "TRUNCATE webhook.events"],
    ["lock out others", "LOCK TABLE webhook.events IN ACCESS EXCLUSIVE MODE"],
    ["alter the table", "ALTER TABLE webhook.events ADD COLUMN x int"],
    ["drop the table", "DROP TABLE webhook.events"],
    ["create a table", "CREATE TABLE webhook.other (id int)"],
    ["create a table elsewhere", "CREATE TABLE public.other (id int)"],
    ["create a schema", "CREATE SCHEMA other"],
    ["read the migrations' history", "SELECT * FROM webhook.migrations"],
    ["become the migrator", "SET ROLE webhook_migrator"],
    ["raise its own limit", "ALTER ROLE webhook_consumer CONNECTION LIMIT 100"],
  ])("cannot %s", async (_what, statement) => {
    expect(await tried("webhook_consumer", statement)).toBe(PERMISSION_DENIED);
  });
});

describe("the retention job", () => {
  test.each([
    ["select", "SELECT * FROM webhook.events"],
    ["delete", "DELETE FROM webhook.events"],
  ])("can %s", async (_what, statement) => {
    expect(await tried("webhook_retention", statement)).toBe("done");
  });

  test.each([
    ["insert", INSERT],
    ["update", "UPDATE webhook.events SET source = 'x'"],
    ["truncate", "TRUNCATE webhook.events"],
    ["create a table", "CREATE TABLE webhook.other (id int)"],
  ])("cannot %s", async (_what, statement) => {
    expect(await tried("webhook_retention", statement)).toBe(PERMISSION_DENIED);
  });
});

test("the migrator can make tables in the schema and in no other", async () => {
  expect(await tried("webhook_migrator", "CREATE TABLE webhook.other (id int)")).toBe("done");
  expect(await tried("webhook_migrator", "CREATE TABLE public.other (id int)")).toBe(PERMISSION_DENIED);
  expect(await tried("webhook_migrator", "CREATE ROLE other")).toBe(PERMISSION_DENIED);
});

test("a session of the consumer has its time limits and asks after a silent peer", async () => {
  const client = await rds.login("webhook_consumer", database);
  const shown = async (name: string) => Object.values((await client.query(`SHOW ${name}`)).rows[0])[0];
  try {
    expect({
      statement: await shown("statement_timeout"),
      idle: await shown("idle_session_timeout"),
      hungUp: await shown("client_connection_check_interval"),
      keepalives: [
        await shown("tcp_keepalives_idle"),
        await shown("tcp_keepalives_interval"),
        await shown("tcp_keepalives_count"),
      ],
    }).toEqual({ statement: "7s", idle: "5min", hungUp: "1s", keepalives: ["60", "10", "3"] });
  } finally {
    await client.end();
  }
});

test("limits that change are in force for the next log-in, and what somebody set by hand stays", async () => {
  await rds.sql("ALTER ROLE webhook_retention NOLOGIN; ALTER ROLE webhook_consumer SET work_mem = '8MB'");
  try {
    await rds.migrate({ database, limits: { consumerStatementTimeoutSeconds: 1, idleSessionTimeoutSeconds: 1 } });
    const client = await rds.login("webhook_consumer", database);
    const ended = new Promise<void>((resolve) => client.on("end", () => resolve()));
    expect((await client.query("SHOW work_mem")).rows).toEqual([{ work_mem: "8MB" }]);
    await expect(client.query("SELECT pg_sleep(20)")).rejects.toMatchObject({ code: "57014" });
    // The server closes it; otherwise this would wait for ever.
    await ended;
    await expect(rds.login("webhook_retention", database)).rejects.toMatchObject({ code: "28000" });
  } finally {
    await rds.sql("ALTER ROLE webhook_retention LOGIN; ALTER ROLE webhook_consumer RESET work_mem");
    await rds.migrate({ database });
  }
});

test.each([
  ["3", 3],
  ["1", 1],
])("with a limit of %s the next log-in of the consumer is refused by the server", async (_limit, limit) => {
  await rds.migrate({ database, limits: { consumerConnectionLimit: limit } });
  const clients = await Promise.all(Array.from({ length: limit }, () => rds.login("webhook_consumer", database)));
  try {
    await expect(rds.login("webhook_consumer", database)).rejects.toMatchObject({
      code: "53300",
      message: 'too many connections for role "webhook_consumer"',
    });
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
});

test("a limit of -1 is none", async () => {
  await rds.migrate({ database, limits: { consumerConnectionLimit: -1 } });
  const clients = await Promise.all(Array.from({ length: 10 }, () => rds.login("webhook_consumer", database)));
  await Promise.all(clients.map((client) => client.end()));
  expect(await rds.sql("SELECT rolconnlimit FROM pg_roles WHERE rolname = 'webhook_consumer'")).toEqual([
    { rolconnlimit: -1 },
  ]);
});
