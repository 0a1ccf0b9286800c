/** `npm run webhook -- migrations`, and what it prints run by an administrator. */
import { ADMINISTRATOR, type Rds, startRds } from "../functions/migrate/rds";
import { webhook } from "./command";

let rds: Rds;
beforeAll(async () => {
  rds = await startRds();
  await rds.sql(`CREATE DATABASE webhook OWNER ${ADMINISTRATOR.username}`);
}, 60_000);
afterAll(() => rds?.stop());

test("the SQL brings the environment's database up to date, however often it is run", async () => {
  const { exitCode, stdout, stderr } = await webhook("migrations", "--environment", "dev");
  expect([exitCode, stderr]).toEqual([0, ""]);
  const { username: user, password } = ADMINISTRATOR;
  const administrator = await rds.client({ database: "webhook", user, password });
  try {
    await administrator.query(stdout);
    await administrator.query(stdout);
  } finally {
    await administrator.end();
  }

  const consumer = await rds.login("webhook_consumer", "webhook");
  try {
    expect((await consumer.query("SELECT count(*) FROM webhook.events")).rows).toEqual([{ count: "0" }]);
  } finally {
    await consumer.end();
  }
  const [limit = {}] = await rds.sql("SELECT rolconnlimit FROM pg_roles WHERE rolname = 'webhook_consumer'");
  expect(limit.rolconnlimit).toBeGreaterThan(0);
});

test("an environment that is not there is refused before anything is printed", async () => {
  const { exitCode, stdout, stderr } = await webhook("migrations", "--environment", "nope");
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("[ENVIRONMENT_UNKNOWN]");
});

test("an environment without a PostgreSQL is refused", async () => {
  const { exitCode, stdout, stderr } = await webhook("migrations", "--environment", "production");
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("[POSTGRES_SINK_MISSING]");
});
