import { Signer } from "@aws-sdk/rds-signer";
import { checkToken, type ExpectedToken } from "../../local/iam-token";

const SIGNED = { hostname: "localhost", port: 5432, username: "webhook_consumer", region: "us-east-1" };
const CREDENTIALS = { accessKeyId: "local-role-consume", secretAccessKey: "of the role" };

const tokenOf = (signed: Partial<typeof SIGNED> = {}, credentials: Partial<typeof CREDENTIALS> = {}) =>
  new Signer({ ...SIGNED, ...signed, credentials: { ...CREDENTIALS, ...credentials } }).getAuthToken();

const check = (token: string, expected: Partial<ExpectedToken> = {}) =>
  checkToken(token, {
    address: "localhost:5432",
    user: "webhook_consumer",
    region: "us-east-1",
    now: Date.now(),
    secretOf: (id) => (id === CREDENTIALS.accessKeyId ? CREDENTIALS.secretAccessKey : undefined),
    ...expected,
  });

test("a token that RDS's signer made is valid for 15 minutes", async () => {
  const token = await tokenOf();
  const valid = { isValid: true, accessKeyId: CREDENTIALS.accessKeyId };
  expect(check(token)).toEqual(valid);
  expect(check(token, { now: Date.now() + 14 * 60_000 })).toEqual(valid);
});

test("a token for a user whose name needs encoding is valid", async () => {
  expect(check(await tokenOf({ username: "a user's (own) *" }), { user: "a user's (own) *" }).isValid).toBe(true);
});

test.each<[string, () => Promise<string>, RegExp | string, Partial<ExpectedToken>?]>([
  [
    "is for another user",
    () => tokenOf({ username: "webhook_retention" }),
    "it is a token for the user webhook_retention",
  ],
  [
    "is for another host",
    () => tokenOf({ hostname: "db.example" }),
    "it is a token for db.example:5432, not for localhost:5432",
  ],
  ["is for another port", () => tokenOf({ port: 5433 }), "it is a token for localhost:5433, not for localhost:5432"],
  [
    "is for another region",
    () => tokenOf({ region: "eu-west-1" }),
    "it is signed for the region eu-west-1, not for us-east-1",
  ],
  ["is 16 minutes old", tokenOf, /^it expired (59|60|61) s ago$/, { now: Date.now() + 16 * 60_000 }],
  ["is signed in the future", tokenOf, "it was signed in the future", { now: Date.now() - 10 * 60_000 }],
  [
    "has an unknown access key",
    () => tokenOf({}, { accessKeyId: "stranger" }),
    'nobody has the access key id "stranger"',
  ],
  [
    "is signed with another secret",
    () => tokenOf({}, { secretAccessKey: "guessed" }),
    "its signature is not the one of its access key",
  ],
  [
    "was given another user after it was signed",
    async () => (await tokenOf()).replace("DBUser=webhook_consumer", "DBUser=webhook_migrator"),
    "its signature is not the one of its access key",
    { user: "webhook_migrator" },
  ],
  [
    "was given a longer life after it was signed",
    async () => (await tokenOf()).replace("X-Amz-Expires=900", "X-Amz-Expires=9000"),
    "it is to live for 9000 s; a token lives for 900 s at most",
  ],
  [
    "is signed for another service",
    async () => (await tokenOf()).replace("rds-db", "s3"),
    "it is signed for the service s3, not for rds-db",
  ],
  ["is a plain password", async () => "secret", "the password is not a token of RDS's signer"],
  ["is empty", async () => "", "the password is not a token of RDS's signer"],
])("a token that %s is refused, with the reason", async (_, token, why, expected = {}) => {
  const verdict = check(await token(), expected);
  expect(verdict).toEqual({ isValid: false, why: typeof why === "string" ? why : expect.stringMatching(why) });
});
