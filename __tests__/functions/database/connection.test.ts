import { openDatabase } from "../../../functions/database/connection";
import { iamToken } from "../../../functions/database/iam-token";
import { type PostgresServer, STARTS_WITHIN_MS, startPostgres } from "../postgres-server";
import { startSilentNetwork } from "../stores/silent-network";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, STARTS_WITHIN_MS);
afterAll(() => server?.stop());

const login = () => ({
  host: server.host,
  port: server.port,
  database: "postgres",
  ...server.superuser,
  authorities: [server.authority],
});
const faultOf = (work: Promise<unknown>) => work.then(() => undefined).catch((fault: unknown) => fault);

test("a connection is by TLS, and leaves the server's settings as they are", async () => {
  const client = await openDatabase(login());
  const { rows } = await client.query("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
  const { rows: ours } = await client.query(
    "SELECT name FROM pg_settings WHERE source = 'client' AND name NOT IN ('client_encoding')",
  );
  await client.end();
  expect(rows).toEqual([{ ssl: true, version: "TLSv1.3" }]);
  expect(ours).toEqual([]);
});

test("the password is asked for once, when the server wants it", async () => {
  const password = jest.fn(async () => server.superuser.password);
  const client = await openDatabase({ ...login(), password });
  await client.end();
  expect(password).toHaveBeenCalledTimes(1);
});

test("a server of a name that is not in its certificate is not believed", async () => {
  // The same machine by an address that the certificate does not name.
  const network = await startSilentNetwork(server, "127.0.0.2");
  const fault = await faultOf(openDatabase({ ...login(), host: "127.0.0.2", port: network.port }));
  await network.stop();
  expect(fault).toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
});

test(
  "a server without TLS gets no password",
  async () => {
    const plain = await startPostgres({ settings: { ssl: "off" } });
    const password = jest.fn(async () => "secret");
    const fault = await faultOf(openDatabase({ ...login(), port: plain.port, password }));
    await plain.stop();
    expect(fault).toMatchObject({ message: "The server does not support SSL connections" });
    expect(password).not.toHaveBeenCalled();
  },
  STARTS_WITHIN_MS,
);

test("nothing stays open after a refused log-in", async () => {
  const opened = await server.sql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'");
  const fault = await faultOf(openDatabase({ ...login(), password: "a wrong one" }));
  expect(fault).toMatchObject({ code: "28P01" });
  expect(JSON.stringify(fault)).not.toContain("a wrong one");
  expect(await server.sql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")).toEqual(
    opened,
  );
});

test("a connection that is ended while nothing is under way is no uncaught error; the next query says so", async () => {
  const client = await openDatabase(login());
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  const ended = new Promise((resolve) => client.once("end", () => resolve(undefined)));
  await server.sql(`SELECT pg_terminate_backend(${rows[0]?.pid})`);
  await ended;
  await expect(client.query("SELECT 1")).rejects.toThrow(
    "Client has encountered a connection error and is not queryable",
  );
});

test.each([
  ["before", "This operation was aborted"],
  ["while", "the time to connect ran out"],
])("an attempt is ended by a signal that comes %s it", async (when, message) => {
  const network = await startSilentNetwork(server);
  network.silenceNew();
  const stop = new AbortController();
  if (when === "before") stop.abort();
  const work = faultOf(openDatabase({ ...login(), port: network.port, signal: stop.signal }));
  if (when === "while") await network.someoneConnected();
  stop.abort();
  const fault = await work;
  await network.stop();
  expect(fault).toMatchObject({ message });
});

test("a token is for one user of one database, good for 15 minutes", async () => {
  const credentials = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "eu-west-1" };
  const before = { ...process.env };
  Object.assign(process.env, credentials);
  const token = await iamToken({ host: "db.example.org", port: 5_432, user: "webhook_consumer" })();
  process.env = before;
  const url = new URL(`https://${token}`);
  expect(url.host).toBe("db.example.org:5432");
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    Action: "connect",
    DBUser: "webhook_consumer",
    "X-Amz-Expires": "900",
    "X-Amz-Credential": expect.stringMatching(/^AKIDEXAMPLE\/\d{8}\/eu-west-1\/rds-db\/aws4_request$/),
  });
});
