/** The SQL that an administrator runs by hand leaves the database as the migrations leave it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sqlByHand } from "../../../functions/migrate/by-hand";
import { ADMINISTRATOR, LIMITS, MIGRATIONS, type Rds, startRds } from "./rds";

let rds: Rds;
beforeAll(async () => {
  rds = await startRds();
}, 60_000);
afterAll(() => rds?.stop());

const FIRST = { name: "0001_events", sql: readFileSync(join(MIGRATIONS, "0001_events.sql"), "utf8") };
const SECOND = {
  name: "0002_more",
  sql: "CREATE TABLE webhook.more (id int);\nGRANT SELECT ON webhook.more TO webhook_consumer;",
};

/** As psql would run it. */
async function run(database: string, sql: string): Promise<void> {
  const { username: user, password } = ADMINISTRATOR;
  const client = await rds.client({ database, user, password });
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
const names = async (database: string) =>
  (await rds.sql("SELECT name FROM webhook.migrations ORDER BY id", database)).map(({ name }) => name);
const owners = (database: string) =>
  rds.sql(
    `SELECT c.relname, c.relowner::regrole::text AS owner, c.relacl::text AS rights FROM pg_class c
     WHERE c.relnamespace = 'webhook'::regnamespace ORDER BY 1`,
    database,
  );
const limits = () =>
  rds.sql(
    `SELECT r.rolname, r.rolconnlimit, s.setconfig FROM pg_roles r LEFT JOIN pg_db_role_setting s ON s.setrole = r.oid
     WHERE r.rolname LIKE 'webhook\\_%' ORDER BY 1`,
  );

test("it makes the same tables, owners, rights and limits as the function, and the function has nothing to do then", async () => {
  const byHand = await rds.database();
  await run(byHand, sqlByHand(byHand, LIMITS, [FIRST]));
  const limitsByHand = await limits();
  expect(await rds.migrate({ database: byHand })).toEqual({ applied: [], alreadyThere: 1 });

  const byFunction = await rds.database();
  await rds.migrate({ database: byFunction });
  expect(await owners(byHand)).toEqual(await owners(byFunction));
  expect(limitsByHand).toEqual(await limits());
});

test("the second time it runs only what is new", async () => {
  const database = await rds.database();
  await run(database, sqlByHand(database, LIMITS, [FIRST]));
  await run(database, sqlByHand(database, LIMITS, [FIRST, SECOND]));
  await run(database, sqlByHand(database, LIMITS, [FIRST, SECOND]));
  expect(await names(database)).toEqual(["0001_events", "0002_more"]);
});

test("it goes on where the function was", async () => {
  const database = await rds.database();
  await rds.migrate({ database });
  await run(database, sqlByHand(database, LIMITS, [FIRST, SECOND]));
  expect(await names(database)).toEqual(["0001_events", "0002_more"]);
});

test("where something fails nothing of it stays", async () => {
  const database = await rds.database();
  const wrong = { name: "0002_wrong", sql: "ALTER TABLE webhook.nowhere ADD COLUMN x int" };
  await expect(run(database, sqlByHand(database, LIMITS, [FIRST, wrong]))).rejects.toMatchObject({ code: "42P01" });
  expect(await rds.sql("SELECT nspname FROM pg_namespace WHERE nspname = 'webhook'", database)).toEqual([]);
});

test("afterwards the administrator has no rights of the users, and so keeps the password log-in", async () => {
  const database = await rds.database();
  await run(database, sqlByHand(database, LIMITS, [FIRST]));
  expect(
    await rds.sql(
      `SELECT rolname FROM pg_roles WHERE rolname LIKE 'webhook\\_%' AND rolname <> '${ADMINISTRATOR.username}'
       AND (pg_has_role('${ADMINISTRATOR.username}', oid, 'USAGE') OR pg_has_role('${ADMINISTRATOR.username}', oid, 'SET'))`,
    ),
  ).toEqual([]);
});
