import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { OPERATOR_CREDENTIALS } from "../../local/roles";
import { namedSecretFile, SecretFile } from "../../local/secret-file";
import { Played, ROLE_ARN } from "./played-stack";
import { temporaryFolder } from "./written-stack";

const MAY = [
  {
    Effect: "Allow",
    Action: "ssm:GetParameter",
    Resource: "arn:aws:ssm:us-east-1:000000000000:parameter/webhook/github",
  },
  {
    Effect: "Allow",
    Action: "secretsmanager:GetSecretValue",
    Resource: "arn:aws:secretsmanager:us-east-1:000000000000:secret:webhook/stripe-??????",
  },
];

let played: Played;
let file: string;
let warnings: string[];
const write = (secrets: unknown) =>
  writeFileSync(file, typeof secrets === "string" ? secrets : JSON.stringify(secrets));
beforeEach(async () => {
  played = await Played.start({ statements: MAY });
  file = join(temporaryFolder(), "local-secrets.json");
  warnings = [];
  played.endpoint.secrets.file = new SecretFile(file, (line) => warnings.push(line));
});
afterEach(() => played.stop());

const options = (who: "role" | "operator") => ({
  endpoint: played.endpoint.url,
  region: "us-east-1",
  credentials: who === "operator" ? OPERATOR_CREDENTIALS : played.endpoint.credentialsFor(ROLE_ARN),
  maxAttempts: 1,
});
const parameter = async (Name: string, { who = "role" as "role" | "operator", WithDecryption = true } = {}) =>
  (await new SSMClient(options(who)).send(new GetParameterCommand({ Name, WithDecryption }))).Parameter?.Value;
const secret = async (SecretId: string, who: "role" | "operator" = "role") =>
  (await new SecretsManagerClient(options(who)).send(new GetSecretValueCommand({ SecretId }))).SecretString;

test("a role that may reads its secrets by the names of the settings", async () => {
  write({ "ssm:/webhook/github": "one", "secretsmanager:webhook/stripe": ["new", "old"] });
  expect(await parameter("/webhook/github")).toBe("one");
  expect(await secret("webhook/stripe")).toBe("new\nold");
  expect(played.endpoint.authorization.refused).toEqual([]);
});

test("a parameter that is not decrypted is not its value", async () => {
  write({ "ssm:/webhook/github": "one" });
  expect(await parameter("/webhook/github", { WithDecryption: false })).not.toContain("one");
});

test("a secret may be asked for by its ARN", async () => {
  const arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:webhook/stripe-a1B2c3";
  write({ [`secretsmanager:${arn}`]: "by ARN" });
  expect(await secret(arn)).toBe("by ARN");
});

test("another's secret may not be read, whether it is there or not", async () => {
  write({ "ssm:/webhook/other": "other" });
  const refused = { name: "AccessDeniedException", message: expect.stringContaining("parameter/webhook/other") };
  await expect(parameter("/webhook/other")).rejects.toMatchObject(refused);
  await expect(secret("webhook/other")).rejects.toMatchObject({ name: "AccessDeniedException" });
  expect(await parameter("/webhook/other", { who: "operator" })).toBe("other");
});

test("a rotation is an edit of the file", async () => {
  write({ "ssm:/webhook/github": "old" });
  expect(await parameter("/webhook/github")).toBe("old");
  write({ "ssm:/webhook/github": "new" });
  expect(await parameter("/webhook/github")).toBe("new");
});

test("a missing secret is AWS's error, and one line that says where to put it", async () => {
  write({});
  for (let tries = 0; tries < 3; tries++)
    await expect(parameter("/webhook/github")).rejects.toMatchObject({ name: "ParameterNotFound" });
  await expect(secret("webhook/stripe")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  expect(warnings).toEqual([
    `There is no secret "ssm:/webhook/github" in ${file}: add it there, {"ssm:/webhook/github": "…"}; nothing has to be restarted.`,
    expect.stringContaining('no secret "secretsmanager:webhook/stripe"'),
  ]);
});

test("a file that is being edited gives no secret and says so once, without what stands in it", async () => {
  write('{"ssm:/webhook/github": "half');
  for (let tries = 0; tries < 2; tries++)
    await expect(parameter("/webhook/github")).rejects.toMatchObject({ name: "ParameterNotFound" });
  expect(warnings.filter((line) => line.includes("[LOCAL_SECRETS_MALFORMED]"))).toHaveLength(1);
  expect(warnings.join()).not.toContain("half");
});

test.each([
  ["a list", ["a"]],
  ["a number as a value", { "ssm:/a": 1 }],
  ["a list with a number", { "ssm:/a": ["x", 1] }],
])("%s is refused when a run starts", (_, content) => {
  write(content);
  expect(() => new SecretFile(file, () => undefined).check()).toThrow("[LOCAL_SECRETS_MALFORMED]");
});

test("a named file must be there", () => {
  expect(() => namedSecretFile(file)).toThrow("[LOCAL_SECRETS_MISSING]");
  expect(() => new SecretFile(file, () => undefined).check()).not.toThrow();
});

test("while the secrets are down every connection of a function is cut, and the operator's is not", async () => {
  write({ "ssm:/webhook/github": "one", "secretsmanager:webhook/stripe": "two" });
  played.endpoint.faults.secrets = "down";
  await expect(parameter("/webhook/github")).rejects.toThrow("socket hang up");
  await expect(secret("webhook/stripe")).rejects.toThrow("socket hang up");
  expect(await parameter("/webhook/github", { who: "operator" })).toBe("one");
  played.endpoint.faults.secrets = "up";
  expect(await parameter("/webhook/github")).toBe("one");
});

test("names an action that it does not play", async () => {
  const parameters = new SSMClient(options("operator")).send(new GetParametersCommand({ Names: ["/a"] }));
  await expect(parameters).rejects.toThrow("The local run plays GetParameter, not GetParameters.");
  const secrets = new SecretsManagerClient(options("operator")).send(new ListSecretsCommand({}));
  await expect(secrets).rejects.toThrow("The local run plays GetSecretValue, not ListSecrets.");
});
