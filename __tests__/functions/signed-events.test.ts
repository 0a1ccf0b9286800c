/** Signed requests through the functions as they are deployed, with secrets in Parameter Store and Secrets Manager. */
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import type { handler as ConsumeHandler } from "../../functions/consume/handler";
import type { Source } from "../../functions/event/source";
import type { handler as PublishHandler } from "../../functions/publish/handler";
import { type Sender, signedRequest } from "./event/signatures/senders";
import { httpRequest, sqsRecord, stringAttribute } from "./factories";
import { type StubSecrets, startStubSecrets } from "./secrets/stub-secrets";
import { sender, sourceOf } from "./sources";
import { type AwsEmulator, startAws } from "./stores/bucket";
import { startTable, type Table } from "./stores/sink";

const context = (remainingMs: number) =>
  ({ getRemainingTimeInMillis: () => remainingMs }) as Parameters<typeof ConsumeHandler>[1];

const github = sender("github");
const stripe = sender("stripe");
const SOURCES: readonly Source[] = [
  sourceOf(github),
  sourceOf(stripe, { signature: { ...stripe.form, secretNames: ["secretsmanager:webhook/stripe"] } }),
];
const HEADERS = ["x-github-delivery", "x-hub-signature-256", "stripe-signature"];

const before = { ...process.env };
let aws: AwsEmulator;
let secrets: StubSecrets;
let table: Table;
let sqs: SQSClient;
let QueueUrl: string;
let write: jest.SpiedFunction<typeof process.stdout.write>;
let publish: typeof PublishHandler;
let consume: typeof ConsumeHandler;

beforeAll(async () => {
  [aws, secrets] = await Promise.all([startAws(), startStubSecrets()]);
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  sqs = new SQSClient({ endpoint: aws.endpoint, region: "us-east-1", credentials });
  await sqs.send(new CreateQueueCommand({ QueueName: "events", Attributes: { MaximumMessageSize: "262144" } }));
  QueueUrl = `${aws.endpoint}/000000000000/events`;
  write = jest.spyOn(process.stdout, "write").mockReturnValue(true);
});
afterAll(async () => {
  write.mockRestore();
  sqs.destroy();
  await Promise.all([aws.stop(), secrets.stop()]);
});

/** The functions of new execution environments, of a stack with this ingress. */
async function open(ingress: "direct" | "lambda"): Promise<void> {
  table = await startTable();
  const { name } = await aws.bucket();
  secrets.fault = undefined;
  secrets.values.set("GetParameter /github", github.secret).set("GetSecretValue webhook/stripe", stripe.secret);
  secrets.calls.length = 0;
  process.env = {
    ...before,
    AWS_ENDPOINT_URL_SQS: aws.endpoint,
    AWS_ENDPOINT_URL_S3: aws.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_SSM: secrets.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    EVENTS_QUEUE_URL: QueueUrl,
    MAXIMUM_MESSAGE_BYTES: "262144",
    EVENTS_TABLE_NAME: "webhook-test-events",
    BODIES_BUCKET_NAME: name,
    INGRESS: ingress,
    HEADER_SETS: JSON.stringify({ all: HEADERS }),
    INDEX_SHARDS: "4",
    COMPRESS_OVER_BYTES: "1024",
    REJECTED_EXPIRY_DAYS: "30",
    REJECTED_MAX_PER_MINUTE: "2",
    UNMATCHED: "reject",
    ...(ingress === "direct" ? { SOURCES: JSON.stringify(SOURCES) } : {}),
  };
  await jest.isolateModulesAsync(async () => {
    ({ handler: consume } = await import("../../functions/consume/handler"));
  });
  process.env.SOURCES = JSON.stringify(SOURCES);
  await jest.isolateModulesAsync(async () => {
    ({ handler: publish } = await import("../../functions/publish/handler"));
  });
}

const keys = async () => (await table.items()).map(({ pk }) => pk?.S ?? "").sort();
const lines = () => write.mock.calls.map(([text]) => JSON.parse(String(text)) as Record<string, unknown>);
beforeEach(() => write.mockClear());
afterEach(async () => {
  process.env = before;
  await table.stop();
});

interface Signed {
  readonly requestId: string;
  readonly secret?: string;
  readonly delivery?: string;
}

function signed(from: Sender, { requestId, secret = from.secret, delivery = requestId }: Signed) {
  const { headers, body } = signedRequest(from, { secret });
  return {
    path: `/${from.form.scheme}`,
    requestId,
    headers: { ...headers, "x-github-delivery": delivery },
    body: Buffer.from(body).toString(),
  };
}

describe("lambda ingress:", () => {
  beforeEach(() => open("lambda"));

  async function received(): Promise<SQSRecord[]> {
    const receive = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(receive));
    return Messages.map(({ MessageId = "", Body = "", MessageAttributes = {} }) =>
      sqsRecord({
        messageId: MessageId,
        body: Body,
        messageAttributes: { trusted: stringAttribute(MessageAttributes.trusted?.StringValue ?? "") },
      }),
    );
  }
  const publishAll = (requests: readonly Parameters<typeof httpRequest>[0][]) =>
    Promise.all(requests.map(async (request) => (await publish(httpRequest(request), context(10_000))).statusCode));

  test("what is signed is stored once under its source's id, what is forged or unclaimed never gets to the queue", async () => {
    const statuses = await publishAll([
      signed(github, { requestId: "g1" }),
      signed(github, { requestId: "g1-again", delivery: "g1" }),
      signed(stripe, { requestId: "s1" }),
      signed(github, { requestId: "forged", secret: "other" }),
      { ...signed(github, { requestId: "unsigned" }), headers: {} },
      { path: "/elsewhere", requestId: "elsewhere", body: "{}" },
    ]);
    expect(statuses).toEqual([202, 202, 202, 401, 401, 404]);
    expect(await consume({ Records: await received() }, context(30_000))).toEqual({ batchItemFailures: [] });
    expect(await keys()).toEqual(["github#g1", "stripe#evt_1"]);
    // Read once by the publisher; the forged one made no second read so soon, and the consumer none at all.
    expect([...secrets.calls].sort()).toEqual(["GetParameter /github", "GetSecretValue webhook/stripe"]);
  });

  test("secrets that cannot be read now: the sender is told to come again, and is served when they can", async () => {
    secrets.fault = "AccessDeniedException";
    expect(await publishAll([signed(github, { requestId: "g1" })])).toEqual([503]);
    expect(lines()).toMatchObject([{ stage: "refused", source: "github", reason: "SECRETS_UNAVAILABLE" }]);
    expect(await received()).toEqual([]);
    secrets.fault = undefined;
    expect(await publishAll([signed(github, { requestId: "g1" })])).toEqual([202]);
    await received();
  });

  test("no line has a secret, a signature or a body in it", async () => {
    await publishAll([signed(github, { requestId: "g1" }), signed(github, { requestId: "forged", secret: "other" })]);
    await consume({ Records: await received() }, context(30_000));
    const text = write.mock.calls.join("\n");
    expect(text).toContain("SIGNATURE_MISMATCH");
    for (const hidden of [github.secret, "sha256=", "evt_1"]) expect(text).not.toContain(hidden);
  });
});

describe("direct ingress:", () => {
  beforeEach(() => open("direct"));

  function message(from: Sender, given: Signed): SQSRecord {
    const { path, requestId, body, headers } = signed(from, given);
    const values: Readonly<Record<string, string>> = headers;
    return sqsRecord({
      messageId: `m-${requestId}`,
      body,
      messageAttributes: {
        trusted: stringAttribute(`direct all ${requestId} 1700000000123 203.0.113.7 POST ${path}`),
        headers: stringAttribute(`-${HEADERS.map((name) => values[name] ?? "").join("\n")}`),
        end: stringAttribute(requestId),
      },
    });
  }

  test("what is signed is stored once under its source's id, what is forged is rejected within the bound", async () => {
    const forged = Array.from({ length: 5 }, (_, index) =>
      message(github, { requestId: `forged-${index}`, secret: "other" }),
    );
    const Records = [
      message(github, { requestId: "g1" }),
      message(github, { requestId: "g1-again", delivery: "g1" }),
      ...forged,
      message(stripe, { requestId: "s1" }),
    ];
    expect(await consume({ Records }, context(30_000))).toEqual({ batchItemFailures: [] });
    expect(await keys()).toEqual(
      [
        "#rejected#forged-0",
        "#rejected#forged-1",
        "#rejected-count#github#2023-11-14T22:13Z",
        "github#g1",
        "stripe#evt_1",
      ].sort(),
    );
    const stages = lines().map(({ stage, countedOnly }) => (countedOnly === true ? "counted" : stage));
    expect(stages.sort()).toEqual([
      ...["counted", "counted", "counted"],
      ...["duplicate", "rejected", "rejected", "stored", "stored"],
    ]);
  });

  test("secrets that cannot be read now: the batch comes again, and is stored when they can", async () => {
    secrets.fault = "ThrottlingException";
    const Records = [message(github, { requestId: "g1" }), message(github, { requestId: "forged", secret: "other" })];
    await expect(consume({ Records }, context(500))).rejects.toMatchObject({ name: "SecretsUnavailable" });
    expect(await keys()).toEqual([]);
    secrets.fault = undefined;
    expect(await consume({ Records }, context(30_000))).toEqual({ batchItemFailures: [] });
    expect(await keys()).toEqual(["#rejected#forged", "#rejected-count#github#2023-11-14T22:13Z", "github#g1"].sort());
  });
});
