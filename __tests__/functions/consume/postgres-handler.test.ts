import tls from "node:tls";
import type { Context } from "aws-lambda";
import { handler } from "../../../functions/consume/postgres-handler";
import { EnvironmentInvalid } from "../../../functions/environment";
import { SinkUnavailable } from "../../../functions/stores/event-store";
import { directRecord, HEADER_SETS, sqsRecord } from "../factories";
import { STARTS_WITHIN_MS } from "../postgres-server";
import { sender, sourceOf, unsignedSource } from "../sources";
import { type PostgresSink, startPostgresSink } from "../stores/postgres-sink";

/** An invocation with no time to brake in. */
const context = { getRemainingTimeInMillis: () => 500 } as Context;
const inTime = { getRemainingTimeInMillis: () => 5_000 } as Context;

const before = { ...process.env };
let sink: PostgresSink;
let write: jest.SpiedFunction<typeof process.stdout.write>;
let believe: jest.SpiedFunction<typeof tls.createSecureContext>;
beforeAll(async () => {
  sink = await startPostgresSink();
  write = jest.spyOn(process.stdout, "write").mockReturnValue(true);
}, STARTS_WITHIN_MS);
beforeEach(() => {
  // The handler believes RDS only; this machine's server is believed as the local run makes it so.
  const original = tls.createSecureContext;
  believe = jest.spyOn(tls, "createSecureContext").mockImplementation((options) => {
    const secureContext = original(options);
    secureContext.context.addCACert(sink.server.authority);
    return secureContext;
  });
});
afterEach(() => {
  believe.mockRestore();
  write.mockClear();
});
afterAll(async () => {
  write.mockRestore();
  process.env = before;
  await sink.stop();
});

const lines = () => write.mock.calls.map(([text]) => JSON.parse(String(text)) as { stage: string; messageId: string });

test("a mistake in the environment fails the invocation, and is read again by the next one", async () => {
  for (let invocation = 0; invocation < 2; invocation++) {
    await expect(handler({ Records: [directRecord()] }, context)).rejects.toBeInstanceOf(EnvironmentInvalid);
  }
});

test("a batch goes through the handler into the database, one line each", async () => {
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    DATABASE_HOST: sink.server.host,
    DATABASE_PORT: String(sink.server.port),
    DATABASE_NAME: sink.login.database,
    DATABASE_USER: sink.login.user,
    INGRESS: "direct",
    HEADER_SETS: JSON.stringify(HEADER_SETS),
    SOURCES: JSON.stringify([
      unsignedSource({ allowedCidrs: ["192.0.2.0/24"] }),
      sourceOf(sender("github"), { name: "signed", path: "/signed" }),
    ]),
    REJECTED_MAX_PER_MINUTE: "2",
  });
  const delivery = (id: string) => ({ headers: { "x-github-delivery": id } });
  const records = [
    directRecord({ messageId: "stored", requestId: "r1", ...delivery("d1") }),
    directRecord({ messageId: "poison", requestId: "r2", ...delivery("x".repeat(3_000)) }),
    directRecord({ messageId: "failed", requestId: "r3", receiveCount: 3, ...delivery("x".repeat(3_000)) }),
    directRecord({ messageId: "conflict", requestId: "r4", body: "other", ...delivery("d1") }),
    sqsRecord({ messageId: "malformed" }),
    ...Array.from({ length: 60 }, (_, index) => directRecord({ requestId: `r-${index}` })),
  ];
  expect(await handler({ Records: records }, inTime)).toEqual({ batchItemFailures: [{ itemIdentifier: "poison" }] });

  const keys = (await sink.rows()).map((row) => String(row.key)).filter((key) => !key.startsWith("hello#r-"));
  expect(keys.sort()).toEqual(["#conflict#r4", "#failed#r3", "#rejected#message:malformed", "hello#d1"]);
  expect(lines()).toHaveLength(records.length);
  expect(Object.fromEntries(lines().map(({ messageId, stage }) => [messageId, stage]))).toMatchObject({
    stored: "stored",
    poison: "returned",
    failed: "failed",
    conflict: "conflict",
    malformed: "rejected",
  });
});

test("the next invocations use the connection that is open", async () => {
  await handler({ Records: [directRecord({ requestId: "later" })] }, inTime);
  await handler({ Records: [directRecord({ requestId: "still later" })] }, inTime);
  expect(believe).not.toHaveBeenCalled();
});

test("strangers cannot make the table grow beyond the bound", async () => {
  const strangers = (from: number) =>
    Array.from({ length: 3 }, (_, index) => directRecord({ path: "/open", requestId: `stranger-${from + index}` }));
  for (const from of [0, 3]) {
    expect(await handler({ Records: strangers(from) }, inTime)).toEqual({ batchItemFailures: [] });
  }
  const kept = (await sink.rows()).filter(({ reason }) => reason === "SOURCE_IP_NOT_ALLOWED");
  expect(kept.map(({ key }) => key)).toEqual(["#rejected#stranger-0", "#rejected#stranger-1"]);
  expect(lines().filter((line) => "countedOnly" in line)).toHaveLength(4);
});

test("a signature cannot be checked in the VPC: that is no verdict, and says what to do", async () => {
  const fault = await handler({ Records: [directRecord({ path: "/signed" })] }, context).catch((thrown) => thrown);
  expect(fault).toMatchObject({ name: "SecretsUnavailable" });
  expect(String(fault)).toContain('Take ingress "lambda"');
  expect((await sink.rows()).filter(({ path }) => path === "/signed")).toEqual([]);
});

test("a database that is down fails the whole batch, and the next invocation stores it", async () => {
  await sink.server.interrupt();
  const records = [directRecord({ requestId: "outage", messageId: "during" })];
  await expect(handler({ Records: records }, context)).rejects.toBeInstanceOf(SinkUnavailable);
  expect(lines()).toMatchObject([{ messageId: "during", stage: "returned", reason: "SinkUnavailable" }]);
  await sink.server.resume();
  expect(await handler({ Records: records }, inTime)).toEqual({ batchItemFailures: [] });
  expect(await sink.row("hello#outage")).toMatchObject({ state: "stored" });
});
