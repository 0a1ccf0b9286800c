/** The migrations against a real server, as the administrator of an RDS database would run them. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ADMINISTRATOR, MIGRATIONS, migrationsFolder, type Rds, startRds } from "./rds";

let rds: Rds;
beforeAll(async () => {
  rds = await startRds();
}, 60_000);
afterAll(() => rds?.stop());

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** The real first migration, and more. */
function withMore(files: Readonly<Record<string, string>>): string {
  const first = "0001_events.sql";
  folders.push(migrationsFolder({ [first]: readFileSync(join(MIGRATIONS, first), "utf8"), ...files }));
  return folders.at(-1) ?? "";
}

const tables = async (database: string) =>
  (await rds.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'webhook' ORDER BY 1", database)).map(
    ({ tablename }) => tablename,
  );

test("a new database gets the table; the second run finds nothing to do", async () => {
  const database = await rds.database();
  expect(await rds.migrate({ database })).toEqual({ applied: ["0001_events"], alreadyThere: 0 });
  expect(await rds.migrate({ database })).toEqual({ applied: [], alreadyThere: 1 });
  expect(await tables(database)).toEqual(["events", "migrations"]);
});

test("of two runs at once the second waits and finds nothing to do", async () => {
  const database = await rds.database();
  // Long enough that they meet.
  const folder = withMore({ "0002_slow.sql": "SELECT pg_sleep(0.5);" });
  const runs = await Promise.all([rds.migrate({ database, folder }), rds.migrate({ database, folder })]);
  expect(runs.toSorted((one, other) => one.alreadyThere - other.alreadyThere)).toEqual([
    { applied: ["0001_events", "0002_slow"], alreadyThere: 0 },
    { applied: [], alreadyThere: 2 },
  ]);
});

test("a run that waits too long for another says so", async () => {
  const database = await rds.database();
  const other = await rds.client({ database });
  await other.query("SELECT pg_advisory_lock(6006432001)");
  try {
    await expect(rds.migrate({ database, lockWaitMs: 200 })).rejects.toMatchObject({
      message: [
        "Other migrations of this database have been running for more than 0.2 s.",
        "  Only one run at a time may change the database (pg_advisory_lock); the others wait, and then find nothing to do.",
        "  Wait until that run has ended, or end its session, and apply again.  [MIGRATIONS_LOCKED]",
      ].join("\n"),
    });
  } finally {
    await other.end();
  }
  expect(await rds.migrate({ database })).toMatchObject({ applied: ["0001_events"] });
});

test("a migration that fails takes back the whole run, and says which file, what and where", async () => {
  const database = await rds.database();
  const folder = withMore({
    "0002_index.sql": "CREATE TABLE webhook.more (id int);",
    "0003_wrong.sql": "CREATE TABLE webhook.other (id int);\nALTER TABLE webhook.nowhere ADD COLUMN x int;",
  });
  await expect(rds.migrate({ database, folder })).rejects.toMatchObject({
    message: [
      'Migration 0003_wrong.sql failed: 42P01 relation "webhook.nowhere" does not exist.',
      "  No migration of this run was kept; those of earlier runs stand.",
      "  Correct what it names and apply again.  [MIGRATION_FAILED]",
    ].join("\n"),
  });
  expect(await tables(database)).toEqual(["migrations"]);
  expect(await rds.migrate({ database })).toEqual({ applied: ["0001_events"], alreadyThere: 0 });
});

test("a later version runs what is new only", async () => {
  const database = await rds.database();
  await rds.migrate({ database });
  const folder = withMore({ "0002_index.sql": "CREATE INDEX ON webhook.events (method);" });
  expect(await rds.migrate({ database, folder })).toEqual({ applied: ["0002_index"], alreadyThere: 1 });
});

test("a migration that gets in before one that has run is refused", async () => {
  const database = await rds.database();
  await rds.migrate({ database, folder: withMore({ "0003_late.sql": "SELECT 1;" }) });
  await expect(
    rds.migrate({ database, folder: withMore({ "0002_early.sql": "SELECT 1;", "0003_late.sql": "SELECT 1;" }) }),
  ).rejects.toThrow("Not run migration 0002_early is preceding already run migration 0003_late");
});

test("a wrong password is named as such, and is not in the message", async () => {
  const database = await rds.database();
  const fault = await rds.migrate({ database, password: "hunter2 and more" }).catch((error: unknown) => error);
  expect(fault).toMatchObject({
    message: [
      `127.0.0.1/${database} refused the administrator "webhook_administrator": 28P01 password authentication failed for user "webhook_administrator".`,
      "  Name and password are those of the administrator's secret. A member of rds_iam cannot log in with a password.",
      "  Correct the secret, or revoke rds_iam from that user, and apply again.  [ADMINISTRATOR_REFUSED]",
    ].join("\n"),
  });
  expect(deepText(fault)).not.toContain("hunter2");
});

test("a server that is not there is named as such", async () => {
  await expect(rds.migrate({ database: "no_such_database" })).rejects.toThrow(
    /did not let the migrations in as webhook_administrator: 3D000 database "no_such_database" does not exist\.\n.*\n.*\[MIGRATE_DATABASE_UNREACHABLE\]$/,
  );
});

test("a server that takes fewer connections than the settings say is told to be rebooted, and nothing is changed", async () => {
  const database = await rds.database();
  await expect(rds.migrate({ database, maxConnections: 200 })).rejects.toThrow(
    [
      `127.0.0.1/${database} takes 40 connections, and the settings say 200 (database.maxConnections).`,
      "  The connection budget was computed from the settings; nothing was changed in the database, so the old one holds.",
      "  Reboot the database where the number was raised just now, or set maxConnections to 40, and apply again.  [MAX_CONNECTIONS_NOT_IN_FORCE]",
    ].join("\n"),
  );
  expect(await tables(database)).toEqual([]);
});

test("a database in another encoding than UTF-8 is refused before an event is", async () => {
  await rds.sql(
    `CREATE DATABASE latin OWNER webhook_administrator ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
  );
  await expect(rds.migrate({ database: "latin" })).rejects.toThrow(
    /^The encoding of 127\.0\.0\.1\/latin is LATIN1\.\n.*\n.*\[DATABASE_NOT_UTF8\]$/,
  );
});

test("the administrator keeps the password log-in: it gets no rights of rds_iam", async () => {
  const database = await rds.database();
  await rds.migrate({ database });
  expect(
    await rds.sql(
      `SELECT r.rolname, pg_has_role(r.oid, 'rds_iam', 'USAGE') AS iam FROM pg_roles r
       WHERE r.rolname LIKE 'webhook\\_%' ORDER BY 1`,
    ),
  ).toEqual([
    { rolname: "webhook_administrator", iam: false },
    { rolname: "webhook_consumer", iam: true },
    { rolname: "webhook_migrator", iam: true },
    { rolname: "webhook_retention", iam: true },
  ]);
});

test("an administrator who would lose the password log-in by it is refused before anything is done", async () => {
  const database = await rds.database();
  await rds.migrate({ database });
  await rds.sql(`GRANT webhook_migrator TO ${ADMINISTRATOR.username} WITH INHERIT TRUE`);
  try {
    await expect(rds.migrate({ database })).rejects.toThrow(
      "Making the database's users failed: P0001 webhook_administrator is, or is a member of, webhook_migrator, whose log-in is by IAM token only (Revoke that membership, or run the migrations as another administrator).",
    );
  } finally {
    await rds.sql(`REVOKE INHERIT OPTION FOR webhook_migrator FROM ${ADMINISTRATOR.username}`);
  }
});

test("an administrator who is locked out by it gets the log-in back, and the next run tries again", async () => {
  const database = await rds.database();
  await rds.sql(`REVOKE rds_iam FROM webhook_consumer GRANTED BY ${ADMINISTRATOR.username}`);
  const withToken = async () =>
    (await rds.sql("SELECT pg_has_role('webhook_consumer', 'rds_iam', 'USAGE') AS iam"))[0]?.iam;
  let logIns = 0;
  const open = async (user: string, password?: string) => {
    if (password === undefined || ++logIns === 1) return rds.open(database)(user, password);
    expect(await withToken()).toBe(true);
    throw Object.assign(new Error('PAM authentication failed for user "webhook_administrator"'), { code: "28000" });
  };
  await expect(rds.migrate({ database, open })).rejects.toMatchObject({
    message: [
      'The administrator could not log in any more once the database\'s users had rds_iam: 28000 PAM authentication failed for user "webhook_administrator".',
      "  A member of rds_iam logs in by token only, and this server counts the administrator as one. It was revoked again.",
      "  Make the users as another administrator: npm run webhook -- migrations prints the SQL.  [ADMINISTRATOR_LOCKED_OUT]",
    ].join("\n"),
  });
  expect(await withToken()).toBe(false);
  expect(await rds.migrate({ database })).toMatchObject({ applied: ["0001_events"] });
  expect(await withToken()).toBe(true);
});

test("as rds_iam is missing where IAM authentication was never known, that is said", async () => {
  const database = await rds.database();
  await rds.sql("ALTER ROLE rds_iam RENAME TO other");
  try {
    await expect(rds.migrate({ database })).rejects.toThrow(
      'Making the database\'s users failed: 42704 role "rds_iam" does not exist.',
    );
  } finally {
    await rds.sql("ALTER ROLE other RENAME TO rds_iam");
  }
});

/** All that a log could show of a fault, the faults behind it included. */
function deepText(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  const own = Object.getOwnPropertyNames(fault).map((name) =>
    String(Object.entries(fault).find(([key]) => key === name)),
  );
  return [fault.stack, ...own, deepText(fault.cause ?? "")].join("\n");
}
