import { parseSecretName } from "../../../functions/secrets/secret-name";
import { DOUBTED_SECRET_AGE_MS, SECRET_AGE_MS, SecretReader } from "../../../functions/secrets/secret-reader";
import { secretStores } from "../../../functions/secrets/secret-store";
import { type StubSecrets, startStubSecrets } from "./stub-secrets";

const GITHUB = "ssm:/webhook/github";
const STRIPE = "secretsmanager:webhook/stripe";
const GET_GITHUB = "GetParameter /webhook/github";
const GET_STRIPE = "GetSecretValue webhook/stripe";

const signal = new AbortController().signal;
let stub: StubSecrets;
let nowMs: number;
let reader: SecretReader;

beforeEach(async () => {
  stub = await startStubSecrets();
  stub.values.set(GET_GITHUB, "github secret").set(GET_STRIPE, "whsec_stripe");
  nowMs = 1_700_000_000_000;
  const { endpoint } = stub;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const stores = secretStores({ endpoint, region: "eu-central-1", credentials, maxAttempts: 1 });
  reader = new SecretReader(stores, () => nowMs);
});
afterEach(() => stub.stop());

test("secrets are read decrypted, from both stores, in the order of their names", async () => {
  expect(await reader.read([STRIPE, GITHUB], signal)).toEqual(["whsec_stripe", "github secret"]);
});

test("they are read once, by however many at the same time, until they are old", async () => {
  const [first, second] = await Promise.all([reader.read([GITHUB], signal), reader.read([GITHUB], signal)]);
  nowMs += SECRET_AGE_MS - 1;
  expect(await reader.read([GITHUB], signal)).toBe(first);
  expect(second).toBe(first);
  expect(stub.calls).toEqual([GET_GITHUB]);
  nowMs += 1;
  // The same secrets are the same array: keys are kept by it.
  expect(await reader.read([GITHUB], signal)).toBe(first);
  expect(stub.calls).toEqual([GET_GITHUB, GET_GITHUB]);
});

test("after a rotation the new secrets are there when the old ones are old, and earlier for who doubts them", async () => {
  await reader.read([GITHUB], signal);
  stub.values.set(GET_GITHUB, "github secret\nnew secret\n");
  nowMs += DOUBTED_SECRET_AGE_MS;
  expect(await reader.read([GITHUB], signal)).toEqual(["github secret"]);
  expect(await reader.read([GITHUB], signal, DOUBTED_SECRET_AGE_MS)).toEqual(["github secret", "new secret"]);
  expect(await reader.read([GITHUB], signal)).toEqual(["github secret", "new secret"]);
  expect(stub.calls).toHaveLength(2);
});

test("doubt, however often, reads once in its time", async () => {
  for (let second = 0; second < 60; second++) {
    await reader.read([GITHUB], signal, DOUBTED_SECRET_AGE_MS);
    nowMs += 1_000;
  }
  expect(stub.calls).toHaveLength(4);
});

test("a read that fails is no secret, not even the old one, and the next one tries again", async () => {
  await reader.read([GITHUB], signal);
  nowMs += SECRET_AGE_MS;
  stub.fault = "InternalServerError";
  await expect(reader.read([GITHUB], signal)).rejects.toHaveProperty(
    "message",
    [
      "The secret ssm:/webhook/github could not be read: InternalServerError: as the test wants",
      "  Without it no signature can be checked; the event is not taken and has to come again. Nothing is lost.",
      "  If it lasts, look at the AWS Health Dashboard and at the function's network.  [SECRETS_UNAVAILABLE]",
    ].join("\n"),
  );
  stub.fault = undefined;
  expect(await reader.read([GITHUB], signal)).toEqual(["github secret"]);
});

test.each([
  ["ssm:/none", "ParameterNotFound", "Create the parameter, or correct the name in the source's secrets."],
  [
    "secretsmanager:none",
    "ResourceNotFoundException",
    "Create the secret, or correct the name in the source's secrets.",
  ],
])("%s is not there: %s", async (name, reason, advice) => {
  await expect(reader.read([GITHUB, name], signal)).rejects.toMatchObject({
    code: "SECRETS_UNAVAILABLE",
    message: expect.stringContaining(reason),
  });
  await expect(reader.read([name], signal)).rejects.toThrow(advice);
});

test("an empty secret is not taken for one", async () => {
  stub.values.set(GET_GITHUB, "\n");
  await expect(reader.read([GITHUB], signal)).rejects.toThrow("ssm:/webhook/github could not be read: it is empty.");
});

test("a store that is not there is no secret either", async () => {
  await stub.stop();
  await expect(reader.read([GITHUB], signal)).rejects.toMatchObject({ code: "SECRETS_UNAVAILABLE" });
});

test("no error has a secret in it", async () => {
  stub.fault = "AccessDeniedException";
  const fault = await reader.read([STRIPE], signal).catch((error: unknown) => error);
  expect(String(fault)).toContain("AccessDeniedException");
  expect(String(fault)).not.toContain("whsec_");
});

test("a source without secrets needs no call", async () => {
  expect(await reader.read([], signal)).toEqual([]);
  expect(stub.calls).toEqual([]);
});

test.each([
  ["ssm:/webhook/github", { store: "ssm", name: "/webhook/github" }],
  ["ssm:github", { store: "ssm", name: "github" }],
  ["secretsmanager:webhook/stripe", { store: "secretsmanager", name: "webhook/stripe" }],
  [
    "secretsmanager:arn:aws:secretsmanager:eu-central-1:123456789012:secret:webhook-AbCdEf",
    { store: "secretsmanager", name: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:webhook-AbCdEf" },
  ],
  ["/webhook/github", undefined],
  ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", undefined],
  ["ssm:", undefined],
  ["ssm:a b", undefined],
  ["env:SECRET", undefined],
  ["", undefined],
])("%j names %j", (text, name) => {
  expect(parseSecretName(text)).toEqual(name);
});
