import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { Running, webhook } from "./command";

test("npm start prints where to send, shows each event as it ends, and lets the aws command line look inside", async () => {
  const run = new Running(["start", "--port", "0", "--aws-port", "0"]);
  try {
    const [, url = ""] = await run.printed(/API +(\S+)/);
    const [, exported = ""] = await run.printed(/export (.+)/);
    const answer = await fetch(`${url}/github`, {
      method: "POST",
      body: "{}",
      headers: { "x-github-delivery": "seen" },
    });
    expect(answer.status).toBe(200);
    await run.printed(/stored +\d+ ms +POST \/github +github#seen/);

    // As the aws command line does: from these variables and nothing else.
    const variables = Object.fromEntries(exported.split(" ").map((pair) => pair.split("=") as [string, string]));
    const client = {
      endpoint: variables.AWS_ENDPOINT_URL ?? "",
      region: variables.AWS_REGION ?? "",
      credentials: {
        accessKeyId: variables.AWS_ACCESS_KEY_ID ?? "",
        secretAccessKey: variables.AWS_SECRET_ACCESS_KEY ?? "",
      },
    };
    const { Items } = await new DynamoDBClient(client).send(new ScanCommand({ TableName: "dev-webhook-events" }));
    expect(Items?.map(({ pk }) => pk?.S)).toEqual(["github#seen"]);
    const { QueueUrls } = await new SQSClient(client).send(new ListQueuesCommand({}));
    expect(QueueUrls?.map((one) => one.split("/").at(-1)).sort()).toEqual([
      "dev-webhook-events",
      "dev-webhook-events-dead-letter",
    ]);
  } finally {
    const { exitCode } = await run.interrupt();
    expect(exitCode).toBe(0);
  }
}, 30_000);

test("a port in use is said in one line", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const { exitCode, stderr } = await webhook("start", "--port", String(port), "--aws-port", "0");
  server.close();
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(
    new RegExp(`^Port ${port} on 127.0.0.1 is in use\n  End what listens there, .* \\[LOCAL_PORT_IN_USE\\]\n$`),
  );
});

describe("the secrets of the sources", () => {
  const folder = mkdtempSync(join(tmpdir(), "webhook-secrets-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("a named file that is not there is a mistake, before anything runs", async () => {
    const file = join(folder, "missing.json");
    const { exitCode, stderr } = await webhook("start", "--port", "0", "--aws-port", "0", "--secrets", file);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/There is no .*missing\.json[\s\S]*\[LOCAL_SECRETS_MISSING\]/);
  }, 30_000);

  test("a file that holds something else is a mistake, and nothing of it is shown", async () => {
    const file = join(folder, "wrong.json");
    writeFileSync(file, '["the secret itself"]');
    const { exitCode, stderr } = await webhook("start", "--port", "0", "--aws-port", "0", "--secrets", file);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("[LOCAL_SECRETS_MALFORMED]");
    expect(stderr).not.toContain("the secret itself");
  }, 30_000);
});
