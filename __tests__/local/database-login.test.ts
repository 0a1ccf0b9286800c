import { once } from "node:events";
import { connect } from "node:net";
import { Signer } from "@aws-sdk/rds-signer";
import { Client, type ClientConfig } from "pg";
import { makeCertificate } from "../../local/database-certificate";
import { OPERATOR_CREDENTIALS } from "../../local/roles";
import { type PlayedDatabase, playDatabaseStack, ROLE_ARN, USER } from "./database-stack";

let played: PlayedDatabase;
const lines: string[] = [];
beforeAll(async () => {
  played = await playDatabaseStack({}, lines);
  await played.look(`
    CREATE ROLE ${USER} LOGIN CONNECTION LIMIT 2; GRANT rds_iam TO ${USER};
    CREATE ROLE webhook_retention LOGIN; GRANT rds_iam TO webhook_retention;
    CREATE ROLE reporting LOGIN PASSWORD 'of the reporting'`);
});
beforeEach(() => lines.splice(0));
const open: Client[] = [];
afterEach(async () => {
  for (const client of open.splice(0)) await client.end();
});
afterAll(() => played.run.stop());

/** @returns the user as the server sees it */
async function logIn(login: ClientConfig): Promise<unknown> {
  const { address, certificate, settings } = played.database;
  const client = new Client({
    host: address.host,
    port: address.port,
    database: settings.name,
    ssl: { ca: certificate.cert },
    ...login,
  });
  client.on("error", () => undefined);
  await client.connect();
  open.push(client);
  const { rows } = await client.query<{ who: string }>("SELECT current_user AS who");
  return rows[0]?.who;
}

/** @param signed what is another than in a good token */
function token(signed: { username?: string; port?: number; secretAccessKey?: string } = {}): Promise<string> {
  const { host, port } = played.database.address;
  const { secretAccessKey, ...rest } = signed;
  const credentials = { ...played.run.endpoint.credentialsFor(ROLE_ARN), ...(secretAccessKey && { secretAccessKey }) };
  return new Signer({ hostname: host, port, region: "us-east-1", username: USER, credentials, ...rest }).getAuthToken();
}

const PAM = `PAM authentication failed for user "${USER}"`;

test("a user of rds_iam logs in with a token", async () => {
  expect(await logIn({ user: USER, password: await token() })).toBe(USER);
  expect(lines).toEqual([]);
});

test.each<[string, () => Promise<string>, string]>([
  [
    "another user's token",
    () => token({ username: "webhook_retention" }),
    "it is a token for the user webhook_retention",
  ],
  ["another database's token", () => token({ port: 1 }), "it is a token for localhost:1, not for"],
  ["a forged token", () => token({ secretAccessKey: "guessed" }), "its signature is not the one of its access key"],
  ["a password", async () => "of the reporting", "the password is not a token of RDS's signer"],
])("with %s it is told no more than by RDS, and the log has the reason", async (_, password, why) => {
  await expect(logIn({ user: USER, password: await password() })).rejects.toMatchObject({
    message: PAM,
    code: "28000",
  });
  expect(lines).toEqual([expect.stringContaining(`The database refused the log-in of ${USER}: ${why}`)]);
  expect(lines.join()).not.toContain("X-Amz-Signature");
});

test("a token that no policy of the stack allows is refused, and the run says which right is missing", async () => {
  const user = "webhook_retention";
  const { resourceId } = played.database.settings;
  await expect(logIn({ user, password: await token({ username: user }) })).rejects.toMatchObject({ code: "28000" });
  expect(played.run.refusedCalls).toEqual([
    `User: ${ROLE_ARN} is not authorized to perform: rds-db:connect on resource: arn:aws:rds-db:us-east-1:000000000000:dbuser:${resourceId}/${user} because no policy of role lambda allows it (aws_iam_role_policy.lambda)`,
  ]);
});

test("the operator has no token for the database: its key is no role's", async () => {
  const { host, port } = played.database.address;
  const signer = new Signer({
    hostname: host,
    port,
    region: "us-east-1",
    username: USER,
    credentials: OPERATOR_CREDENTIALS,
  });
  await expect(logIn({ user: USER, password: await signer.getAuthToken() })).rejects.toMatchObject({ code: "28000" });
});

test.each([
  ["any other user", () => ({ user: "reporting", password: "of the reporting" })],
  ["the administrator", () => ({ user: "webhook_administrator", password: played.database.administratorPassword })],
])("%s logs in with its password", async (_, login) => {
  expect(await logIn(login())).toBe(login().user);
});

test.each([
  ["reporting", "guessed"],
  ["webhook_administrator", "guessed"],
  ["nobody_known", "guessed"],
])("a wrong password of %s is refused by the server itself", async (user, password) => {
  await expect(logIn({ user, password })).rejects.toMatchObject({
    message: `password authentication failed for user "${user}"`,
    code: "28P01",
  });
});

test("the administrator may make roles and let them in by IAM, and is no superuser", async () => {
  const { address, certificate, administratorPassword, settings } = played.database;
  const client = new Client({
    host: address.host,
    port: address.port,
    database: settings.name,
    user: settings.administrator,
    password: administratorPassword,
    ssl: { ca: certificate.cert },
  });
  await client.connect();
  open.push(client);
  await client.query(
    "CREATE ROLE made LOGIN; GRANT rds_iam TO made; GRANT CREATE, CONNECT ON DATABASE webhook TO made",
  );
  const { rows } = await client.query("SELECT rolsuper FROM pg_roles WHERE rolname = current_user");
  expect(rows).toEqual([{ rolsuper: false }]);
  await expect(client.query("SELECT pg_read_file('/etc/passwd')")).rejects.toMatchObject({ code: "42501" });
});

test("a client that does not ask for TLS is refused as by RDS", async () => {
  await expect(logIn({ user: USER, password: await token(), ssl: false })).rejects.toMatchObject({
    message: `no pg_hba.conf entry for host "127.0.0.1", user "${USER}", database "webhook", no encryption`,
    code: "28000",
  });
});

test("a client that does not trust the certificate does not log in, and others still do", async () => {
  const { cert } = await makeCertificate();
  await expect(logIn({ user: USER, password: await token(), ssl: { ca: cert } })).rejects.toThrow(
    "self-signed certificate",
  );
  expect(await logIn({ user: USER, password: await token() })).toBe(USER);
});

test("what is no client of PostgreSQL is cut, and others still log in", async () => {
  const socket = connect(played.database.address.port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write("GET / HTTP/1.1\r\n\r\n");
  await once(socket, "close");
  expect(await logIn({ user: USER, password: await token() })).toBe(USER);
});

test("the server's own limit on a role holds, and what it refuses is counted", async () => {
  const before = played.database.connections(USER).refused;
  await logIn({ user: USER, password: await token() });
  await logIn({ user: USER, password: await token() });
  await expect(logIn({ user: USER, password: await token() })).rejects.toMatchObject({
    message: `too many connections for role "${USER}"`,
    code: "53300",
  });
  expect(played.database.connections(USER)).toEqual({ open: 2, highest: 2, refused: before + 1 });
});
