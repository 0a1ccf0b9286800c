/** From a request through both functions into the table, over real queues, buckets and tables in memory. */
import { createHash, randomBytes } from "node:crypto";
import { brotliDecompressSync } from "node:zlib";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { APIGatewayProxyEventV2, SQSRecord } from "aws-lambda";
import { handler as consumeHandler } from "../../functions/consume/handler";
import { EnvironmentInvalid } from "../../functions/environment";
import { handler as publishHandler } from "../../functions/publish/handler";
import { httpRequest, sqsRecord } from "./factories";
import { type AwsEmulator, type Bucket, startAws } from "./stores/bucket";
import { startTable, type Table } from "./stores/sink";

const context = (remainingMs: number) =>
  ({ getRemainingTimeInMillis: () => remainingMs }) as Parameters<typeof consumeHandler>[1];

const before = { ...process.env };
let aws: AwsEmulator;
let bucket: Bucket;
let table: Table;
let sqs: SQSClient;
let QueueUrl: string;
let write: jest.SpiedFunction<typeof process.stdout.write>;

beforeAll(async () => {
  [aws, table] = await Promise.all([startAws(), startTable()]);
  bucket = await aws.bucket();
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  sqs = new SQSClient({ endpoint: aws.endpoint, region: "us-east-1", credentials });
  await sqs.send(new CreateQueueCommand({ QueueName: "events", Attributes: { MaximumMessageSize: "262144" } }));
  QueueUrl = `${aws.endpoint}/000000000000/events`;
  write = jest.spyOn(process.stdout, "write").mockReturnValue(true);
});
afterAll(async () => {
  write.mockRestore();
  process.env = before;
  sqs.destroy();
  await Promise.all([aws.stop(), table.stop()]);
});

test("a mistake in the publisher's environment fails the request", async () => {
  await expect(publishHandler(httpRequest(), context(10_000))).rejects.toBeInstanceOf(EnvironmentInvalid);
});

describe("with its environment", () => {
  beforeAll(() => {
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_SQS: aws.endpoint,
      AWS_ENDPOINT_URL_S3: aws.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      EVENTS_QUEUE_URL: QueueUrl,
      MAXIMUM_MESSAGE_BYTES: "262144",
      EVENTS_TABLE_NAME: "webhook-test-events",
      BODIES_BUCKET_NAME: bucket.name,
      INGRESS: "lambda",
      INDEX_SHARDS: "4",
      COMPRESS_OVER_BYTES: "1024",
      REJECTED_EXPIRY_DAYS: "30",
    });
  });

  /** Everything that is on the queue, as Lambda hands it to the consumer. */
  async function received(): Promise<SQSRecord[]> {
    const receive = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(receive));
    return Messages.map(({ MessageId = "", Body = "", MessageAttributes = {} }) =>
      sqsRecord({
        messageId: MessageId,
        body: Body,
        messageAttributes: Object.fromEntries(
          Object.entries(MessageAttributes).map(([name, { StringValue = "" }]) => [
            name,
            { stringValue: StringValue, dataType: "String" },
          ]),
        ),
      }),
    );
  }

  async function throughBoth(request: APIGatewayProxyEventV2) {
    const { requestId } = request.requestContext;
    const answer = await publishHandler(request, context(10_000));
    const Records = await received();
    expect(await consumeHandler({ Records }, context(30_000))).toEqual({ batchItemFailures: [] });
    return { answer, item: await table.item(`hello#${requestId}`) };
  }

  async function bodyOf({ body, bodyBrotli, bodyKey }: Awaited<ReturnType<Table["item"]>>) {
    if (body?.S !== undefined) return { place: "body", bytes: Buffer.from(body.S) };
    if (bodyBrotli?.B !== undefined) return { place: "bodyBrotli", bytes: brotliDecompressSync(bodyBrotli.B) };
    return { place: "bodyKey", bytes: Buffer.from(await bucket.get(bodyKey?.S ?? "")) };
  }

  const json = (bytes: number) => Buffer.alloc(bytes, '{"zen":"Half measures are as bad as nothing at all."},');

  test.each([
    ["0 bytes", Buffer.alloc(0), "body", "message"],
    ["1 byte", Buffer.from("x"), "body", "message"],
    ["2 bytes that are no text", Buffer.from([0xff, 0xfe]), "bodyBrotli", "message"],
    ["255 KB", Buffer.alloc(255 * 1_024, "x"), "bodyBrotli", "message"],
    ["257 KB", Buffer.alloc(257 * 1_024, "x"), "bodyBrotli", "bucket"],
    ["257 KB of noise", randomBytes(257 * 1_024), "bodyBrotli", "bucket"],
    ["1 MB", json(1_000_000), "bodyBrotli", "bucket"],
    ["1 MB of noise", randomBytes(1_000_000), "bodyKey", "bucket"],
    ["4 MB of JSON", json(4_000_000), "bodyBrotli", "bucket"],
    ["4.4 MB of noise", randomBytes(4_400_000), "bodyKey", "bucket"],
  ])("a body of %s is stored byte for byte", async (name, body, place, way) => {
    const requestId = `r-${name.replace(/[^\w]/g, "-")}`;
    const given = { requestId, isBase64Encoded: true, body: body.toString("base64") };
    const { answer, item } = await throughBoth(httpRequest(given));
    expect(answer).toMatchObject({ statusCode: 202, body: JSON.stringify({ eventId: requestId }) });
    expect(item).toMatchObject({ bodySha256: { S: createHash("sha256").update(body).digest("hex") } });
    const stored = await bodyOf(item);
    expect(stored.place).toBe(place);
    expect(Buffer.compare(stored.bytes, body)).toBe(0);
    expect((await bucket.keys()).includes(`inflight/${requestId}`)).toBe(way === "bucket");
  });

  test("method, path, query and every header are stored as they came", async () => {
    const { item } = await throughBoth(
      httpRequest({
        requestId: "whole",
        method: "PATCH",
        path: "/hello/a%2Fb",
        query: "a=1&a=%32&b",
        headers: { "content-type": "text/plain", "x-quoted": '"\\"', "x-twice": "1,2" },
        cookies: ["a=1", "b=2"],
        body: "hello",
      }),
    );
    expect(item).toMatchObject({
      method: { S: "PATCH" },
      path: { S: "/hello/a%2Fb" },
      query: { S: "a=1&a=%32&b" },
      headers: {
        M: {
          "content-type": { S: "text/plain" },
          "x-quoted": { S: '"\\"' },
          "x-twice": { S: "1,2" },
          cookie: { S: "a=1; b=2" },
        },
      },
      body: { S: "hello" },
    });
  });

  test("GET /hello says hello", async () => {
    const { answer, item } = await throughBoth(httpRequest({ requestId: "get", method: "GET", path: "/hello" }));
    expect(answer).toMatchObject({ statusCode: 202 });
    expect(item).toMatchObject({ body: { S: "hello from /hello" } });
  });

  test("an invocation that is about to end answers 503 instead of being cut off", async () => {
    const answer = await publishHandler(httpRequest({ requestId: "late", body: "x".repeat(300_000) }), context(250));
    expect(answer).toMatchObject({ statusCode: 503, headers: { "retry-after": "5" } });
    expect(await received()).toEqual([]);
  });
});
