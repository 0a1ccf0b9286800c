import { chmodSync, readdirSync } from "node:fs";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { Client } from "pg";
import { OPERATOR_CREDENTIALS } from "../../local/roles";
import { startLocal } from "../../local/start";
import {
  bootstrapFile,
  type DatabaseStack,
  databaseStack,
  type PlayedDatabase,
  playDatabaseStack,
  ROLE_ARN,
  WRITE_LOGS,
} from "./database-stack";
import { temporaryFolder, writeStack } from "./written-stack";

const SECRET_ARN = "${aws_db_instance.database.master_user_secret[0].secret_arn}";
const MAY = [
  WRITE_LOGS,
  { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: SECRET_ARN },
  {
    Effect: "Allow",
    Action: "lambda:InvokeFunction",
    Resource: "arn:aws:lambda:us-east-1:000000000000:function:greet",
  },
];
const FUNCTIONS = {
  greet: "if (event.name === undefined) throw new TypeError('There is no name.'); return { hello: event.name };",
  other: "return 1;",
};

let played: PlayedDatabase;
beforeAll(async () => {
  played = await playDatabaseStack({ functions: FUNCTIONS, statements: MAY, vpcConfig: null });
});
afterAll(() => played.run.stop());

const options = (who: "role" | "operator") => ({
  endpoint: played.run.awsUrl,
  region: "us-east-1",
  credentials: who === "operator" ? OPERATOR_CREDENTIALS : played.run.endpoint.credentialsFor(ROLE_ARN),
  maxAttempts: 1,
});
const secret = (SecretId: string, who: "role" | "operator" = "role") =>
  new SecretsManagerClient(options(who)).send(new GetSecretValueCommand({ SecretId }));
const invoke = (FunctionName: string, event: unknown, who: "role" | "operator" = "role") =>
  new LambdaClient(options(who)).send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }));
const secretArn = () => played.database.settings.secretArn ?? "";

test("the administrator's secret opens the database", async () => {
  const { SecretString = "", ARN } = await secret(secretArn());
  expect(ARN).toBe(secretArn());
  const { username, password } = JSON.parse(SecretString) as Record<string, string>;
  expect(username).toBe("webhook_administrator");
  const { address, certificate } = played.database;
  const client = new Client({
    host: address.host,
    port: address.port,
    user: username,
    ...(password !== undefined && { password }),
    database: "webhook",
    ssl: { ca: certificate.cert },
  });
  await client.connect();
  await client.end();
});

test("a secret that is not there is told from one that may not be read", async () => {
  await expect(secret(`${secretArn()}x`, "operator")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  await expect(secret(`${secretArn()}x`)).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: expect.stringContaining("is not authorized to perform: secretsmanager:GetSecretValue"),
  });
});

test.each(["greet", "arn:aws:lambda:us-east-1:000000000000:function:greet"])(
  "%s is invoked and answers",
  async (name) => {
    const { Payload, StatusCode, FunctionError } = await invoke(name, { name: "you" });
    expect(JSON.parse(Payload?.transformToString() ?? "")).toEqual({ hello: "you" });
    expect([StatusCode, FunctionError]).toEqual([200, undefined]);
  },
);

test("what a function throws comes back as its error", async () => {
  const { Payload, FunctionError } = await invoke("greet", {});
  expect(FunctionError).toBe("Unhandled");
  expect(JSON.parse(Payload?.transformToString() ?? "")).toEqual({
    errorType: "TypeError",
    errorMessage: "There is no name.",
  });
});

test("a function that no policy allows is not invoked", async () => {
  await expect(invoke("other", {})).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: expect.stringContaining("is not authorized to perform: lambda:InvokeFunction"),
  });
});

test("a function that is not in the stack, and a payload that is too large, are refused", async () => {
  await expect(invoke("missing", {}, "operator")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  await expect(invoke("greet", { name: "x".repeat(6_300_000) })).rejects.toMatchObject({
    name: "RequestTooLargeException",
  });
});

describe("what an apply invokes", () => {
  const applied = (handler: string, more: object = {}): DatabaseStack => ({
    functions: { migrate: handler },
    vpcConfig: null,
    more: {
      aws_lambda_invocation: {
        migrations: {
          function_name: "${aws_lambda_function.migrate.function_name}",
          input: '{"migrations":"a1"}',
          triggers: { migrations: "a1" },
          ...more,
        },
      },
    },
  });
  const { TMPDIR } = process.env;
  afterEach(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });

  test("is invoked once with its input when the run starts", async () => {
    const { run, lines } = await playDatabaseStack(applied("console.log(JSON.stringify(event));"));
    await run.stop();
    expect(lines).toEqual(['{"migrations":"a1"}']);
  });

  test("fails the start with its message, and leaves nothing behind", async () => {
    const stack = databaseStack(applied("throw new Error('0001_events.sql: relation exists');"));
    const directory = writeStack(stack);
    const temporary = temporaryFolder();
    // Where PostgreSQL runs as another user, that one passes through here.
    chmodSync(temporary, 0o755);
    process.env.TMPDIR = temporary;
    await expect(startLocal(directory, { bootstrapFile })).rejects.toThrow(
      "aws_lambda_invocation.migrations invoked migrate, which failed: Error: 0001_events.sql: relation exists",
    );
    expect(readdirSync(temporary)).toEqual([]);
  });
});

test("a function in a VPC without a way out does not reach Secrets Manager, and the run says so", async () => {
  const call = `
    const { SecretsManagerClient, GetSecretValueCommand } = require(${JSON.stringify(require.resolve("@aws-sdk/client-secrets-manager"))});
    const command = new GetSecretValueCommand({ SecretId: process.env.ADMINISTRATOR_SECRET_ARN });
    return new SecretsManagerClient({ maxAttempts: 1 }).send(command).then(() => "read", (error) => error.code);`;
  const { run, invoke: run_ } = await playDatabaseStack({ functions: { call }, statements: MAY });
  try {
    expect(await run_("call")).toEqual({ kind: "answered", response: "ECONNRESET" });
    expect(run.refusedCalls).toEqual([
      "The function of role lambda called secretsmanager, which it cannot reach: the VPC has no way out and no endpoint of secretsmanager.",
    ]);
  } finally {
    await run.stop();
  }
});
