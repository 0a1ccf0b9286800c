/** What the retention job deletes, from the table that the migrations make. */
import type { Client } from "pg";
import { expire, expiries } from "../../../functions/retention/expire";
import { GIVE_UP_MS, LAST_STATEMENT_MS, retain } from "../../../functions/retention/retention";
import { type Rds, startRds } from "../migrate/rds";

let rds: Rds;
let database: string;
let client: Client;
beforeAll(async () => {
  rds = await startRds();
  database = await rds.database();
  await rds.migrate({ database });
  client = await rds.login("webhook_retention", database);
}, 60_000);
afterAll(async () => {
  await client?.end();
  await rds?.stop();
});
beforeEach(() => rds.sql("TRUNCATE webhook.events", database));

const RULES = { eventExpiryDays: 30, rejectedExpiryDays: 90 };

/** Rows of a state, all of them that old. */
const store = (state: string, days: number, rows: number) =>
  rds.sql(
    `INSERT INTO webhook.events (key, state, message_id, received_at, stored_at)
     SELECT format('%s#%s#%s', '${state}', ${days}, n), '${state}', 'm', now(), now() - make_interval(days => ${days})
     FROM generate_series(1, ${rows}) n`,
    database,
  );
const left = async () =>
  (
    await rds.sql(
      `SELECT split_part(key, '#', 1) || ' ' || split_part(key, '#', 2) AS what, count(*)::int AS rows
       FROM webhook.events GROUP BY 1 ORDER BY 1`,
      database,
    )
  ).map(({ what, rows }) => `${rows} ${what}`);

test("stored events, failed and conflict records go by one age, rejected records by another", async () => {
  for (const state of ["stored", "failed", "conflict", "rejected"]) {
    await store(state, 31, 2);
    await store(state, 91, 3);
    await store(state, 29, 1);
  }
  expect(await expire(client, RULES, () => true)).toEqual({
    deleted: { rejected: 3, stored: 5, failed: 5, conflict: 5 },
    moreLeft: false,
  });
  expect(await left()).toEqual(["1 conflict 29", "1 failed 29", "1 rejected 29", "2 rejected 31", "1 stored 29"]);
});

test("without an age for events only rejected records go", async () => {
  await store("stored", 5_000, 2);
  await store("failed", 5_000, 2);
  await store("rejected", 91, 2);
  expect(await expire(client, { rejectedExpiryDays: 90 }, () => true)).toEqual({
    deleted: { rejected: 2 },
    moreLeft: false,
  });
  expect(await left()).toEqual(["2 failed 5000", "2 stored 5000"]);
});

test.each([
  [9, 2],
  [10, 3],
  [11, 3],
])("%d expired rows, five at a time, are all deleted", async (rows, statements) => {
  await store("rejected", 91, rows);
  let asked = 0;
  const hasTime = () => ++asked > 0;
  expect(await expire(client, { rejectedExpiryDays: 90 }, hasTime, 5)).toEqual({
    deleted: { rejected: rows },
    moreLeft: false,
  });
  expect(asked).toBe(statements);
});

test("when the time runs out it stops between two statements and says that more is left; the next run goes on", async () => {
  await store("rejected", 91, 4);
  await store("rejected", 100, 3);
  let statements = 0;
  expect(await expire(client, { rejectedExpiryDays: 90 }, () => statements++ < 1, 3)).toEqual({
    deleted: { rejected: 3 },
    moreLeft: true,
  });
  // The oldest first.
  expect(await left()).toEqual(["4 rejected 91"]);
  expect(await expire(client, { rejectedExpiryDays: 90 }, () => true, 3)).toEqual({
    deleted: { rejected: 4 },
    moreLeft: false,
  });
});

test("a row is found by its age and not by reading the table", async () => {
  await store("stored", 1, 20_000);
  await store("stored", 31, 10);
  await rds.sql("ANALYZE webhook.events", database);
  const texts: string[] = [];
  const spy: Pick<Client, "query"> = {
    query: ((text: string, values: unknown[]) => {
      texts.push(text);
      return client.query(text, values);
    }) as Client["query"],
  };
  await expire(spy, { eventExpiryDays: 30, rejectedExpiryDays: 90 }, () => true);
  await store("stored", 31, 10);
  const plan = await client.query(`EXPLAIN ${texts[0]}`, ["stored", 30, 1_000]);
  const lines = JSON.stringify(plan.rows);
  expect(lines).toContain("events_by_age");
  expect(lines).not.toContain("Seq Scan");
});

describe("a run", () => {
  const place = "127.0.0.1:5432/webhook";
  const open = () => rds.login("webhook_retention", database);
  const count = async () =>
    (await rds.sql("SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'webhook_retention'"))[0]?.n;

  test("opens one connection and closes it", async () => {
    await store("rejected", 91, 3);
    const before = await count();
    expect(await retain({ rules: RULES, place, open }, () => 60_000)).toMatchObject({ deleted: { rejected: 3 } });
    expect(await settled(count, before)).toBe(before);
  });

  test("begins no statement when little time is left", async () => {
    await store("rejected", 91, 3);
    expect(await retain({ rules: RULES, place, open }, () => LAST_STATEMENT_MS - 1)).toEqual({
      deleted: { rejected: 0 },
      moreLeft: true,
    });
  });

  test("a database that is away fails it with what to do", async () => {
    const away = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:5432"), { code: "ECONNREFUSED" });
    await expect(retain({ rules: RULES, place, open: () => Promise.reject(away) }, () => 60_000)).rejects.toMatchObject(
      {
        message: [
          "127.0.0.1:5432/webhook could not be cleared of what has expired: connect ECONNREFUSED 127.0.0.1:5432.",
          "  Nothing is lost: what was deleted stays deleted, and the next run goes on from there.",
          "  See that the database is up, its security group allows the function's, and the migrations have run.  [RETENTION_FAILED]",
        ].join("\n"),
      },
    );
  });

  test("a statement that does not end is given up before the function's timeout, and its connection with it", async () => {
    await store("rejected", 91, 1);
    const before = await count();
    const lock = await rds.client({ database });
    await lock.query("BEGIN; LOCK TABLE webhook.events IN ACCESS EXCLUSIVE MODE");
    try {
      // The statement is begun with time enough; 300 ms later it is over.
      let asked = 0;
      const remainingMs = () => (asked++ === 0 ? GIVE_UP_MS + 300 : 60_000);
      await expect(retain({ rules: RULES, place, open }, remainingMs)).rejects.toThrow("no answer within 300 ms");
    } finally {
      await lock.end();
    }
    expect(await settled(count, before)).toBe(before);
  });
});

/** Asks until it is as expected: the server notices a closed connection a moment later. */
async function settled<T>(ask: () => Promise<T>, expected: T): Promise<T> {
  for (const end = performance.now() + 5_000; performance.now() < end; ) {
    if ((await ask()) === expected) return expected;
  }
  return ask();
}

test.each([
  [{ rejectedExpiryDays: 90 }, ["rejected 90"]],
  [RULES, ["rejected 90", "stored 30", "failed 30", "conflict 30"]],
])("of %j expire: %j", (rules, expected) => {
  expect(expiries(rules).map(([state, days]) => `${state} ${days}`)).toEqual(expected);
});
