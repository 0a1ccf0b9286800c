import type { Context } from "aws-lambda";
import { handler } from "../../../functions/consume/handler";
import { EnvironmentInvalid } from "../../../functions/environment";
import { directRecord, HEADER_SETS, sqsRecord } from "../factories";
import { startTable, type Table } from "../stores/sink";

/** An invocation with no time to brake in. */
const context = { getRemainingTimeInMillis: () => 500 } as Context;
const inTime = { getRemainingTimeInMillis: () => 5_000 } as Context;

const before = { ...process.env };
let table: Table;
let write: jest.SpiedFunction<typeof process.stdout.write>;
beforeAll(async () => {
  table = await startTable();
  write = jest.spyOn(process.stdout, "write").mockReturnValue(true);
});
afterAll(async () => {
  write.mockRestore();
  process.env = before;
  await table.stop();
});

test("a mistake in the environment fails the invocation, and is read again by the next one", async () => {
  for (let invocation = 0; invocation < 2; invocation++) {
    await expect(handler({ Records: [directRecord()] }, context)).rejects.toBeInstanceOf(EnvironmentInvalid);
  }
});

test("a batch goes through the handler into the table, one line each", async () => {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: table.endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    EVENTS_TABLE_NAME: "webhook-test-events",
    INGRESS: "direct",
    HEADER_SETS: JSON.stringify(HEADER_SETS),
    INDEX_SHARDS: "4",
    COMPRESS_OVER_BYTES: "1024",
    REJECTED_EXPIRY_DAYS: "30",
  });
  const delivery = (id: string) => ({ headers: { "x-github-delivery": id } });
  const records = [
    directRecord({ messageId: "stored", requestId: "r1", ...delivery("d1") }),
    directRecord({ messageId: "poison", requestId: "r2", ...delivery("x".repeat(3_000)) }),
    directRecord({ messageId: "failed", requestId: "r3", receiveCount: 3, ...delivery("x".repeat(3_000)) }),
    sqsRecord({ messageId: "malformed" }),
    ...Array.from({ length: 60 }, (_, index) => directRecord({ requestId: `r-${index}` })),
  ];
  expect(await handler({ Records: records }, inTime)).toEqual({ batchItemFailures: [{ itemIdentifier: "poison" }] });

  const keys = (await table.items()).map(({ pk }) => pk?.S).filter((pk) => !pk?.startsWith("hello#r-"));
  const count = "#rejected-count##2023-11-14T22:13Z";
  expect(keys.sort()).toEqual(["#failed#r3", "#rejected#message:malformed", count, "hello#d1"]);
  const lines = write.mock.calls.map(([text]) => JSON.parse(String(text)) as { stage: string; messageId: string });
  expect(lines).toHaveLength(records.length);
  expect(Object.fromEntries(lines.map(({ messageId, stage }) => [messageId, stage]))).toMatchObject({
    stored: "stored",
    poison: "returned",
    failed: "failed",
    malformed: "rejected",
  });
});
