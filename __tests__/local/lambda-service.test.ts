import { join } from "node:path";
import { SendMessageBatchCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { LambdaService, type LambdaServiceOptions } from "../../local/lambda-service";
import type { TimelineEntry } from "../../local/timeline";
import { bundleOf, writeHandler } from "./handler-file";
import { Played, QUEUE_ARN, type Written } from "./played-stack";

const WITHIN = { withinMs: 10_000 };
const bootstrapFile = bundleOf("bootstrap.ts");
let played: Played;
let lambda: LambdaService;

async function start(handler: string, written: Written = {}, options: Partial<LambdaServiceOptions> = {}) {
  await play(handler, written);
  lambda = new LambdaService({ ...played, bootstrapFile, ...options });
  lambda.startPolling();
}
async function play(handler: string, written: Written = {}) {
  played = await Played.start({ ...written, bundleFile: writeHandler(handler) });
}
afterEach(async () => {
  lambda.stop();
  await played.stop();
});

const send = (...bodies: string[]) =>
  played.sqs().send(
    new SendMessageBatchCommand({
      QueueUrl: played.queueUrl,
      Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
    }),
  );
const depth = () => played.endpoint.queues.byArn(QUEUE_ARN)?.depth();
const stepsOf = (messageId: string) => played.timeline.entries({ messageId }).map(({ step }) => step);
const reasons = (entries: readonly TimelineEntry[]) => entries.map(({ facts }) => facts?.reason);

test("works a message off: polled, invoked, told of by the log, deleted", async () => {
  const lines: string[] = [];
  await start(
    "for (const { messageId } of event.Records) console.log(JSON.stringify({ stage: 'stored', messageId, key: 'a#1' }));",
    {},
    { onLogLine: (line) => lines.push(line) },
  );
  const { MessageId = "" } = await played
    .sqs()
    .send(new SendMessageCommand({ QueueUrl: played.queueUrl, MessageBody: "hello" }));
  await played.timeline.until({ step: "deleted" }, WITHIN);
  expect(stepsOf(MessageId)).toEqual(["polled", "invoked", "stored", "deleted"]);
  expect(lines).toEqual([JSON.stringify({ stage: "stored", messageId: MessageId, key: "a#1" })]);
  expect(depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  expect(played.endpoint.authorization.refused).toEqual([]);
});

test("gives the function the event that Lambda makes of SQS messages", async () => {
  const lines: string[] = [];
  await start("console.log(JSON.stringify(event));", {}, { onLogLine: (line) => lines.push(line) });
  const sent = await played.sqs().send(
    new SendMessageCommand({
      QueueUrl: played.queueUrl,
      MessageBody: "hello",
      MessageAttributes: { trusted: { DataType: "String", StringValue: "direct" } },
    }),
  );
  await played.timeline.until({ step: "deleted" }, WITHIN);
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    Records: [
      {
        messageId: sent.MessageId,
        receiptHandle: expect.any(String),
        body: "hello",
        attributes: {
          SenderId: "local-operator",
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          ApproximateReceiveCount: "1",
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        },
        messageAttributes: {
          trusted: { stringValue: "direct", stringListValues: [], binaryListValues: [], dataType: "String" },
        },
        md5OfMessageAttributes: sent.MD5OfMessageAttributes,
        md5OfBody: "5d41402abc4b2a76b9719d911017c592",
        eventSource: "aws:sqs",
        eventSourceARN: QUEUE_ARN,
        awsRegion: "us-east-1",
      },
    ],
  });
});

test("gives the function its own variables, Lambda's, and nothing of this shell", async () => {
  process.env.LEAKED_FROM_SHELL = "secret";
  await start("return process.env;", { function: { memory_size: 256 } });
  const outcome = await lambda.function("consume").invoke({});
  delete process.env.LEAKED_FROM_SHELL;
  const bundle = String(played.template.resource("data.archive_file.code").properties.source_file);
  expect(outcome).toEqual({
    kind: "answered",
    response: {
      TABLE: "stored",
      _HANDLER: "index.handler",
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x",
      AWS_LAMBDA_FUNCTION_NAME: "consume",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_LOG_FORMAT: "Text",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/consume",
      AWS_LAMBDA_LOG_STREAM_NAME: "environment-1",
      AWS_ACCESS_KEY_ID: "local-role-consume",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_ENDPOINT_URL: played.endpoint.url,
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_EC2_METADATA_DISABLED: "true",
      LAMBDA_TASK_ROOT: bundle.replace(/\/index\.js$/, ""),
      LANG: "en_US.UTF-8",
      TZ: ":UTC",
      // Where the AWS SDK is found that Lambda's runtime has.
      LOCAL_RUNTIME_ANCHOR: expect.stringMatching(/reserved-variables\.ts$/),
    },
  });
});

test("reuses a warm environment", async () => {
  await start("global.calls = (global.calls ?? 0) + 1; return global.calls;");
  const responses = [];
  for (let n = 0; n < 3; n++) responses.push(await lambda.function("consume").invoke({}));
  expect(responses).toMatchObject([{ response: 1 }, { response: 2 }, { response: 3 }]);
});

test("throttles what is above the reserved concurrency, and runs nothing for it", async () => {
  await start("await new Promise((done) => setTimeout(done, 100)); return 'ran';", {
    function: { reserved_concurrent_executions: 2 },
    mapping: { enabled: false },
  });
  const consume = lambda.function("consume");
  const outcomes = await Promise.all([consume.invoke({}), consume.invoke({}), consume.invoke({})]);
  expect(outcomes).toEqual([
    { kind: "answered", response: "ran" },
    { kind: "answered", response: "ran" },
    { kind: "throttled" },
  ]);
  expect(consume.highestConcurrency).toBe(2);
});

test("under a burst reaches the maximum concurrency of the mapping and never passes it", async () => {
  await start("await new Promise((done) => setTimeout(done, 20));", {
    mapping: { scaling_config: { maximum_concurrency: 3 } },
  });
  for (let batch = 0; batch < 10; batch++) await send(..."abcdefghij");
  await played.timeline.until({ step: "deleted" }, { ...WITHIN, count: 100 });
  expect(lambda.function("consume").highestConcurrency).toBe(3);
});

test("returns the reported messages only, and shows them again after visibility timeout ÷ speed", async () => {
  await start(
    "return { batchItemFailures: event.Records.filter(({ body, attributes }) => body === 'bad' && attributes.ApproximateReceiveCount === '1')" +
      ".map(({ messageId }) => ({ itemIdentifier: messageId })) };",
    {},
    { speed: 600 },
  );
  await send("good", "bad");
  await played.timeline.until({ step: "deleted" }, { ...WITHIN, count: 2 });
  const [returned] = played.timeline.entries({ step: "returned" });
  expect(returned?.facts).toEqual({ reason: "reported as a batch item failure" });
  expect(stepsOf(returned?.messageId ?? "")).toEqual(["polled", "invoked", "returned", "polled", "invoked", "deleted"]);
  const [first, second] = played.timeline.entries({ step: "polled", messageId: returned?.messageId ?? "" });
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(99);
});

test("moves a message that always fails to the dead-letter queue after its receives", async () => {
  await start("throw new Error('boom');", {}, { speed: 6_000 });
  const { Successful = [] } = await send("poison");
  await played.timeline.until({ step: "dead-lettered" }, WITHIN);
  const tries = Array.from({ length: 3 }, () => ["polled", "invoked", "returned"]).flat();
  expect(stepsOf(Successful[0]?.MessageId ?? "")).toEqual([...tries, "dead-lettered"]);
  expect(reasons(played.timeline.entries({ step: "returned" }))).toEqual(Array(3).fill("Error: boom"));
});

test("kills the environment of an invocation with the crash marker, and the message comes back", async () => {
  await start("await new Promise((done) => setTimeout(done, 50));", {}, { speed: 600 });
  played.endpoint.faults.crashMarker = "crash me";
  await send("please crash me");
  await played.timeline.until({ step: "returned" }, WITHIN);
  expect(reasons(played.timeline.entries({ step: "returned" }))).toEqual([
    expect.stringMatching(/^Runtime\.ExitError: RequestId: .* Error: Runtime exited with error: signal: killed$/),
  ]);
  played.endpoint.faults.crashMarker = undefined;
  await played.timeline.until({ step: "deleted" }, WITHIN);
});

test("ends an invocation at the function's timeout, which a higher speed shortens to two seconds at least", async () => {
  await start("return context.getRemainingTimeInMillis();", { mapping: { enabled: false } }, { speed: 100 });
  const outcome = await lambda.function("consume").invoke({});
  const remaining = outcome.kind === "answered" ? Number(outcome.response) : 0;
  expect(remaining).toBeLessThanOrEqual(2_000);
  expect(remaining).toBeGreaterThan(1_000);
});

test("keeps a permission that the mapping misses as refused, and receives nothing", async () => {
  const Action = ["sqs:DeleteMessage", "sqs:GetQueueAttributes"];
  await start("", { statements: [{ Effect: "Allow", Action, Resource: QUEUE_ARN }] });
  expect(played.endpoint.authorization.refused).toMatchObject([{ role: "consume", action: "sqs:ReceiveMessage" }]);
});

test("goes on when the queue is reachable again", async () => {
  await play("");
  played.endpoint.faults.queue = "down";
  lambda = new LambdaService({ ...played, bootstrapFile });
  lambda.startPolling();
  played.endpoint.faults.queue = "up";
  await send("a", "b");
  await played.timeline.until({ step: "deleted" }, { ...WITHIN, count: 2 });
});

test("names what is missing when the project was not built", async () => {
  await start("");
  const missing = join(__dirname, "none.cjs");
  expect(() => new LambdaService({ ...played, bootstrapFile: missing })).toThrow(
    `There is no ${missing}, which runs the functions\n  Run npm run build.`,
  );
});
