/** What an operator reads when the database does not take events. */
import { createServer } from "node:net";
import type { DatabaseLogin } from "../../../functions/database/connection";
import { rdsAuthorities } from "../../../functions/database/rds-authorities";
import { DATABASE_USERS } from "../../../functions/environment";
import { SinkUnavailable } from "../../../functions/stores/event-store";
import { patientSignal, webhookEvent } from "../factories";
import { STARTS_WITHIN_MS } from "../postgres-server";
import { DATABASE, type PostgresSink, startPostgresSink } from "./postgres-sink";

const SECRET = "a-token-nobody-may-read";
const CONSUMER = DATABASE_USERS.consumer;
const CONNECTIONS =
  "Look at who holds connections (SELECT usename, count(*) FROM pg_stat_activity GROUP BY 1), and lower the maximum concurrency.";
const MIGRATE = "The migrations have to run as this version has them: apply the stack again.";
const LOG_IN =
  "The function's role must allow rds-db:connect on this database user, and the user must have rds_iam (the migrations grant it).";
const CERTIFICATE =
  "The function believes the authorities of RDS only: look at DATABASE_HOST and at the database's certificate authority.";
const NETWORK =
  "Look whether the database runs, and whether its security group lets the consumer's in on the database's port.";

let sink: PostgresSink;
beforeAll(async () => {
  sink = await startPostgresSink({ maxConnections: 10 });
  await sink.sql("CREATE ROLE other LOGIN PASSWORD 'of another'");
}, STARTS_WITHIN_MS);
afterEach(() => sink.reset());
afterAll(() => sink?.stop());

async function refusal(login: Partial<DatabaseLogin> = {}): Promise<unknown> {
  const store = sink.store({ login: { password: SECRET, ...login } });
  return store.put([webhookEvent()], patientSignal()).catch((fault: unknown) => fault);
}

const saying = (refused: string, advice: string) =>
  new Error(
    [
      `The database "${DATABASE}" does not take events: ${refused}`,
      "  The batch goes back to the queue and comes again after its visibility timeout; nothing is lost.",
      `  ${advice}  [SINK_UNAVAILABLE]`,
    ].join("\n"),
  );

/** Each with what makes it so, and what undoes it. */
test.each([
  [
    "the role's connection limit",
    `ALTER ROLE ${CONSUMER} CONNECTION LIMIT 0`,
    `ALTER ROLE ${CONSUMER} CONNECTION LIMIT -1`,
    `53300: too many connections for role "${CONSUMER}"`,
    CONNECTIONS,
  ],
  [
    "a missing permission",
    `REVOKE INSERT ON webhook.events FROM ${CONSUMER}`,
    `GRANT INSERT ON webhook.events TO ${CONSUMER}`,
    "42501: permission denied for table events",
    MIGRATE,
  ],
  [
    "a missing table",
    "ALTER TABLE webhook.events RENAME TO gone",
    "ALTER TABLE webhook.gone RENAME TO events",
    '42P01: relation "webhook.events" does not exist',
    MIGRATE,
  ],
  [
    "a database that takes no writes",
    `ALTER ROLE ${CONSUMER} SET default_transaction_read_only = on`,
    `ALTER ROLE ${CONSUMER} RESET default_transaction_read_only`,
    "25006: cannot execute INSERT in a read-only transaction",
    "The server takes no writes: a failover is under way, or DATABASE_HOST names a replica.",
  ],
])("%s: the sink is unavailable, and it is said what to do", async (_what, make, undo, refused, advice) => {
  await sink.sql(make);
  const fault = await refusal();
  await sink.sql(undo);
  expect(fault).toBeInstanceOf(SinkUnavailable);
  expect(fault).toEqual(saying(refused, advice));
  expect(await refusal()).toEqual([{ kind: "stored", already: false }]);
});

test("a statement over its time is ended by the server", async () => {
  const locker = await sink.server.client({ database: DATABASE });
  await locker.query("BEGIN; LOCK TABLE webhook.events");
  await sink.sql(`ALTER ROLE ${CONSUMER} SET statement_timeout = '20ms'`);
  const fault = await refusal();
  await sink.sql(`ALTER ROLE ${CONSUMER} RESET statement_timeout`);
  await locker.query("ROLLBACK");
  await locker.end();
  expect(fault).toEqual(
    saying(
      "57014: canceling statement due to statement timeout",
      "The database is too slow for its load: look at Performance Insights, and lower the maximum concurrency.",
    ),
  );
});

test("a server without a connection left", async () => {
  const clients = [];
  // Three of ten are kept for superusers, so the consumer is refused before they are.
  for (let open = 0; open < 7; open++) clients.push(await sink.server.client());
  const fault = await refusal();
  for (const client of clients) await client.end();
  expect(fault).toEqual(
    saying("53300: remaining connection slots are reserved for roles with the SUPERUSER attribute", CONNECTIONS),
  );
});

test("a server that is stopped, and one that is up again", async () => {
  await sink.server.interrupt();
  const fault = await refusal();
  await sink.server.resume();
  expect(fault).toEqual(saying(`ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:${sink.server.port}`, NETWORK));
  expect(await refusal()).toEqual([{ kind: "stored", already: false }]);
});

test.each<[what: string, login: Partial<DatabaseLogin>, refused: string, advice: string]>([
  ["a wrong password or token", { user: "other" }, '28P01: password authentication failed for user "other"', LOG_IN],
  [
    "a database of another name",
    { database: "elsewhere" },
    '3D000: database "elsewhere" does not exist',
    "The database that DATABASE_NAME names does not exist on this server.",
  ],
  [
    "a certificate of an authority that is not RDS's",
    { authorities: rdsAuthorities() },
    "DEPTH_ZERO_SELF_SIGNED_CERT: self-signed certificate",
    CERTIFICATE,
  ],
])("%s: the sink is unavailable, and no secret is said", async (_what, login, refused, advice) => {
  const fault = await refusal(login);
  expect(fault).toEqual(saying(refused, advice));
  expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toContain(SECRET);
});

test("a token that cannot be signed", async () => {
  const password = () =>
    Promise.reject(Object.assign(new Error("no credentials"), { name: "CredentialsProviderError" }));
  expect(await refusal({ user: "other", password })).toEqual(
    saying(
      "CredentialsProviderError: no credentials",
      "The function has no credentials to sign a token with: look at its role.",
    ),
  );
});

test("a server that takes connections and never answers, as behind a security group", async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const address = silent.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const fault = await refusal({ port, connectTimeoutMs: 50 });
  silent.close();
  expect(fault).toEqual(saying("Error: timeout expired", NETWORK));
});

test("the body of a refused row is in no message", async () => {
  const [outcome] = await sink
    .store()
    .put([webhookEvent({ eventId: "x".repeat(3_000), body: `{"card":"${SECRET}"}` })], patientSignal());
  expect(outcome).toMatchObject({ kind: "unstorable", reason: "23514" });
  expect(JSON.stringify(outcome)).not.toContain(SECRET);
});
