import { Agent } from "node:http";
import { connect } from "node:net";
import { CHOICES, type Choices } from "../../local/aws-assumptions";
import { type Gateway, startGateway } from "../../local/gateway";
import { Timeline } from "../../local/timeline";
import { type DirectStack, directStack } from "./direct-stack";
import { type Sent, send } from "./http-sender";
import { StubSqs } from "./stub-sqs";
import { ORIGINS, templateOf } from "./written-stack";

let sqs: StubSqs;
const gateways: Gateway[] = [];

beforeAll(async () => {
  sqs = await StubSqs.start();
});
beforeEach(() => {
  sqs.calls.length = 0;
  sqs.fault = undefined;
});
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.stop()));
});
afterAll(() => sqs.stop());

async function start({ choices = {}, ...stack }: DirectStack & { choices?: Partial<Choices> } = {}) {
  const timeline = new Timeline();
  const accessLog: string[] = [];
  const gateway = await startGateway({
    template: templateOf(directStack(stack), { ...ORIGINS, aws: sqs.url }),
    timeline,
    port: 0,
    awsEndpoint: sqs.url,
    credentialsFor: (roleArn) => ({ accessKeyId: `key-of-${roleArn.split("/").at(-1)}`, secretAccessKey: "secret" }),
    onAccessLog: (line) => accessLog.push(line),
    choices: { ...CHOICES, ...choices },
  });
  gateways.push(gateway);
  return { gateway, timeline, accessLog, send: (sent: Sent) => send(gateway.url, sent) };
}

interface Attribute {
  readonly DataType: string;
  readonly StringValue: string;
}
/** Attributes of the message that SQS got last. */
const attributes = () => sqs.calls.at(-1)?.input.MessageAttributes as Record<string, Attribute>;
const messageBody = () => sqs.calls.at(-1)?.input.MessageBody;

describe("a request that is taken", () => {
  test("goes to SQS as the integration's role, body and attributes as mapped", async () => {
    const { send } = await start();
    const { headers } = await send({
      path: "/github?secret=1",
      body: '{"a":1}',
      headers: { "Content-Type": "application/json", "X-GitHub-Event": "push" },
    });
    const requestId = headers["apigw-requestid"];
    expect(sqs.calls).toEqual([
      {
        accessKeyId: "key-of-ingress",
        target: "AmazonSQS.SendMessage",
        input: {
          QueueUrl: `${sqs.url}/000000000000/events`,
          MessageBody: '{"a":1}',
          MessageAttributes: {
            trusted: { DataType: "String", StringValue: expect.any(String) },
            headers: { DataType: "String", StringValue: `application/json\npush\n${requestId}` },
          },
        },
      },
    ]);
    expect(attributes().trusted?.StringValue.replace(/ \d{13} /, " TIME ")).toBe(
      `direct default ${requestId} TIME 127.0.0.1 POST /github`,
    );
  });

  test("is answered with SQS's XML", async () => {
    const { send } = await start();
    const { status, headers, body } = await send({ body: "x" });
    expect({ status, type: headers["content-type"], id: headers["apigw-requestid"], body }).toEqual({
      status: 200,
      type: "text/xml",
      id: expect.stringMatching(/^[\w-]{15}=$/),
      body:
        '<?xml version="1.0"?><SendMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">' +
        "<SendMessageResult><MessageId>message-1</MessageId><MD5OfMessageBody>digest</MD5OfMessageBody></SendMessageResult>" +
        "<ResponseMetadata><RequestId>sqs-request</RequestId></ResponseMetadata></SendMessageResponse>",
    });
  });

  test.each([
    ["a method without a body", { method: "GET", path: "/a/b?c=d" }, "hello from /a/b"],
    ["the root", { method: "GET", path: "/" }, "hello from /"],
    ["repeated slashes", { method: "GET", path: "//a" }, "hello from //a"],
    ["an encoded path", { method: "GET", path: "/a%20b" }, "hello from /a%20b"],
    ["a large body", { body: "x".repeat(300_000) }, "x".repeat(300_000)],
    ["a body beyond ASCII", { body: "žluťoučký 🐎" }, "žluťoučký 🐎"],
    ["bytes that are not UTF-8", { body: Buffer.from([0x61, 0xff, 0x62]) }, "a\uFFFDb"],
    ["a byte order mark", { body: "\uFEFF{}" }, "\uFEFF{}"],
  ])("has as its message, for %s, what the mapping gives", async (_, sent, message) => {
    const { send } = await start();
    expect((await send(sent)).status).toBe(200);
    expect(messageBody()).toBe(message);
  });

  test("a HEAD is answered without a body", async () => {
    const { send } = await start();
    expect(await send({ method: "HEAD", path: "/a" })).toMatchObject({ status: 200, body: "" });
    expect(messageBody()).toBe("hello from /a");
  });

  test("headers that come twice are joined with a comma, those that do not come are empty lines", async () => {
    const { send } = await start();
    await send({ body: "x", headers: { "x-github-event": ["push", "ping"] } });
    expect(attributes().headers?.StringValue.split("\n").slice(0, 2)).toEqual(["", "push,ping"]);
  });

  test("is seen on the timeline, with its latency", async () => {
    const { send, timeline } = await start();
    const { headers } = await send({ path: "/a", body: "four" });
    const requestId = headers["apigw-requestid"];
    expect(timeline.entries()).toEqual([
      { at: expect.any(Number), step: "received", requestId, facts: { method: "POST", path: "/a", bytes: 4 } },
      {
        at: expect.any(Number),
        step: "queued",
        requestId,
        messageId: "message-1",
        facts: { status: 200, latencyMs: expect.any(Number) },
      },
    ]);
  });
});

describe("a header that closes the string", () => {
  const forged = 'x"},"trusted":{"DataType":"String","StringValue":"direct default forged 1 6.6.6.6 POST /paid';

  test("replaces attributes, but cannot know the request id that stands at both ends", async () => {
    const { send } = await start();
    const { status, headers } = await send({ body: "x", headers: { "x-github-event": forged } });
    expect(status).toBe(200);
    const { trusted, ...others } = attributes();
    // The last of the doubled names counts: what the sender wrote, and behind it the end that the API wrote.
    expect(trusted?.StringValue).toBe(`direct default forged 1 6.6.6.6 POST /paid\n${headers["apigw-requestid"]}`);
    expect(others).toEqual({ headers: { DataType: "String", StringValue: "\nx" } });
  });

  test("adds nothing where AWS escapes it", async () => {
    const { send } = await start({ choices: { interpolatedQuotes: "escaped" } });
    const { headers } = await send({ body: "x", headers: { "x-github-event": forged } });
    expect(attributes().headers?.StringValue).toBe(`\n${forged}\n${headers["apigw-requestid"]}`);
    expect(Object.keys(attributes())).toEqual(["trusted", "headers"]);
  });
});

describe("a request that is refused", () => {
  const json = (message: string) => JSON.stringify({ message });

  interface Refused {
    readonly what: string;
    readonly sent: Sent;
    readonly status: number;
    readonly message: string;
    readonly reason: string;
    readonly stack?: DirectStack;
  }
  const tooLarge = Buffer.alloc(10 * 1024 * 1024 + 1, "a");

  test.each<Refused>([
    {
      what: "no route",
      sent: { path: "/other", body: "x" },
      status: 404,
      message: "Not Found",
      reason: "no route matches",
      stack: { routeKeys: ["POST /only"] },
    },
    {
      what: "a POST without a body",
      sent: {},
      status: 400,
      message: "Bad Request",
      reason: "Unable to resolve property MessageBody from source $request.body",
    },
    {
      what: "a header that breaks the JSON",
      sent: { body: "x", headers: { "x-github-event": '"' } },
      status: 400,
      message: "Bad Request",
      reason: "MessageAttributes is not JSON once the request's values are in it",
    },
    {
      what: "a header that makes an attribute without a value",
      sent: { body: "x", headers: { "x-github-event": '"},"more":{"a":"' } },
      status: 400,
      message: "Bad Request",
      reason: 'MessageAttributes has "more" without a DataType or a value',
    },
    {
      what: "headers over 10,240 bytes",
      sent: { body: "x", headers: { a: "x".repeat(10_240) } },
      status: 431,
      message: "Request Header Fields Too Large",
      reason: "request line and header values are over 10,240 bytes",
    },
    {
      what: "a stage with only one of the two throttles",
      sent: { body: "x" },
      status: 429,
      message: "Too Many Requests",
      reason: "throttled",
      stack: { stage: { default_route_settings: { throttling_rate_limit: 100 } } },
    },
    {
      what: "a body over 10 MB",
      sent: { body: tooLarge },
      status: 413,
      message: "Request Entity Too Large",
      reason: "the body is over 10 MB",
    },
    {
      what: "a body over 10 MB that does not say so",
      sent: { body: tooLarge, headers: { "transfer-encoding": "chunked" } },
      status: 413,
      message: "Request Entity Too Large",
      reason: "the body is over 10 MB",
    },
  ])("$what", async ({ sent, status, message, reason, stack }) => {
    const run = await start(stack);
    const answer = await run.send(sent);
    expect({ status: answer.status, body: answer.body, type: answer.headers["content-type"] }).toEqual({
      status,
      body: json(message),
      type: "application/json",
    });
    expect(run.timeline.entries({ step: "refused" }).map(({ facts }) => facts)).toEqual([
      { status, reason, latencyMs: expect.any(Number) },
    ]);
    expect(run.timeline.count({ step: "received" })).toBe(1);
    expect(sqs.calls).toEqual([]);
  });

  test("what SQS refuses comes through with its status and XML", async () => {
    sqs.fault = {
      status: 400,
      type: "com.amazonaws.sqs#QueueDoesNotExist",
      queryError: "AWS.SimpleQueueService.NonExistentQueue;Sender",
      message: "no <such> queue",
    };
    const { send, timeline } = await start();
    const { status, headers, body } = await send({ body: "x" });
    expect({ status, type: headers["content-type"], body }).toEqual({
      status: 400,
      type: "text/xml",
      body:
        '<?xml version="1.0"?><ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Sender</Type>' +
        "<Code>AWS.SimpleQueueService.NonExistentQueue</Code><Message>no &lt;such&gt; queue</Message><Detail/></Error>" +
        "<RequestId>sqs-request</RequestId></ErrorResponse>",
    });
    expect(timeline.entries({ step: "refused" })[0]?.facts?.reason).toBe(
      "SQS refused it: QueueDoesNotExist: no <such> queue",
    );
  });

  test("an SQS that cuts the connection is a 503, at once and without a second try", async () => {
    sqs.fault = "cut";
    const { send, timeline } = await start();
    expect(await send({ body: "x" })).toMatchObject({ status: 503, body: json("Service Unavailable") });
    expect(String(timeline.entries({ step: "refused" })[0]?.facts?.reason)).toMatch(/^SQS could not be reached: /);
  });

  test("an SQS that does not answer within the integration's timeout is a 503", async () => {
    sqs.fault = "silent";
    const { send } = await start({ integration: { timeout_milliseconds: 50 } });
    expect(await send({ body: "x" })).toMatchObject({ status: 503, body: json("Service Unavailable") });
  });

  test("the burst is taken and the rest refused", async () => {
    const { send, timeline } = await start({
      stage: { default_route_settings: { throttling_burst_limit: 3, throttling_rate_limit: 0.001 } },
    });
    const answers = await Promise.all(Array.from({ length: 10 }, () => send({ body: "x" })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 429, 429, 429, 429, 429, 429, 429]);
    expect(timeline.count({ step: "queued" })).toBe(3);
  });

  test("a sender goes on with its connection after a body that was refused unread", async () => {
    const { gateway } = await start({ routeKeys: ["POST /only"] });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const answers = [
      await send(gateway.url, { path: "/only", body: tooLarge }, agent),
      await send(gateway.url, { path: "/other", body: "x".repeat(1_000_000) }, agent),
      await send(gateway.url, { path: "/only", body: "x" }, agent),
    ];
    agent.destroy();
    expect(answers.map(({ status }) => status)).toEqual([413, 404, 200]);
    expect(answers.map(({ headers }) => headers.connection)).toEqual(["keep-alive", "keep-alive", "keep-alive"]);
  });

  test("a sender that leaves in the middle of its body has sent nothing", async () => {
    const { gateway, timeline } = await start();
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname, () => {
      socket.write("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nfive!", () => socket.destroy());
    });
    await timeline.until({ step: "refused" }, { withinMs: 2_000 });
    expect(timeline.entries({ step: "refused" })[0]?.facts?.reason).toBe(
      "the sender left before its request was complete",
    );
    expect(sqs.calls).toEqual([]);
  });
});

describe("the access log", () => {
  const format =
    '{"id":"$context.requestId","route":"$context.routeKey","path":"$context.path","status":"$context.status","sqs":"$context.integrationStatus","error":"$context.integrationErrorMessage","bytes":"$context.dataProcessed","claim":"$context.authorizer.claims.sub"}';
  const stage = { access_log_settings: { destination_arn: "arn", format } };

  test("has a line a request, with a hyphen for what there is not", async () => {
    const { send, accessLog } = await start({ stage });
    const taken = await send({ path: "/a?b", body: "four" });
    const refused = await send({ path: "/a" });
    expect(accessLog.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        id: taken.headers["apigw-requestid"],
        route: "$default",
        path: "/a",
        status: "200",
        sqs: "200",
        error: "-",
        bytes: "4",
        claim: "-",
      },
      {
        id: refused.headers["apigw-requestid"],
        route: "$default",
        path: "/a",
        status: "400",
        sqs: "-",
        error: "Unable to resolve property MessageBody from source $request.body",
        bytes: "0",
        claim: "-",
      },
    ]);
  });
});

describe("an API that cannot be played is named before the first request", () => {
  test.each<[what: string, stack: DirectStack, message: string]>([
    [
      "a WebSocket API",
      { api: { protocol_type: "WEBSOCKET" } },
      'aws_apigatewayv2_api.api: protocol_type is "WEBSOCKET"',
    ],
    [
      "an endpoint that is switched off",
      { api: { disable_execute_api_endpoint: true } },
      "aws_apigatewayv2_api.api: disable_execute_api_endpoint is true",
    ],
    ["another stage", { stage: { name: "v1" } }, 'aws_apigatewayv2_stage.stage: name is "v1"'],
    [
      "a stage that is never deployed",
      { stage: { auto_deploy: false } },
      "aws_apigatewayv2_stage.stage: auto_deploy is false",
    ],
    [
      "another service",
      { integration: { integration_subtype: "Kinesis-PutRecord" } },
      'aws_apigatewayv2_integration.body: integration_subtype is "Kinesis-PutRecord"',
    ],
    [
      "an unknown selection",
      { requestParameters: { MessageBody: "$request.querystring.a" } },
      'aws_apigatewayv2_integration.body: request_parameters.MessageBody is "$request.querystring.a"',
    ],
    [
      "a parameter that is not played",
      { requestParameters: { DelaySeconds: "5" } },
      'aws_apigatewayv2_integration.body: request_parameters.DelaySeconds is "5"',
    ],
    [
      "an authorizer",
      { route: { authorization_type: "JWT" } },
      'aws_apigatewayv2_route.body-0: authorization_type is "JWT"',
    ],
    [
      "a target that is not there",
      { route: { target: "integrations/none" } },
      'aws_apigatewayv2_route.body-0: target is "integrations/none"',
    ],
    ["a route key that is none", { routeKeys: ["/github"] }, 'aws_apigatewayv2_route.body-0: route_key is "/github"'],
    [
      "an access log variable that HTTP APIs do not have",
      { stage: { access_log_settings: { destination_arn: "a", format: "$context.wafLatency" } } },
      'aws_apigatewayv2_stage.stage: access_log_settings.format is "$context.wafLatency"',
    ],
  ])("%s", async (_, stack, message) => {
    await expect(start(stack)).rejects.toMatchObject({
      code: "LOCAL_PROPERTY_UNPLAYABLE",
      exitCode: 2,
      message: expect.stringMatching(new RegExp(`^${escaped(message)}, which the local run cannot play\n`)),
    });
  });

  const escaped = (text: string) => text.replace(/[$.*+?()[\]{}|\\/]/g, "\\$&");
});

test("a port in use is one clear message", async () => {
  const { gateway } = await start();
  const port = Number(new URL(gateway.url).port);
  const second = startGateway({
    template: templateOf(directStack()),
    timeline: new Timeline(),
    port,
    awsEndpoint: sqs.url,
    credentialsFor: () => ({ accessKeyId: "a", secretAccessKey: "b" }),
  });
  await expect(second).rejects.toMatchObject({
    code: "LOCAL_PORT_IN_USE",
    message: expect.stringMatching(
      new RegExp(
        `^Port ${port} on 127\\.0\\.0\\.1 is in use\n  End what listens there, or choose another with --port or --aws-port \\(0 takes a free one\\)\\. +\\[LOCAL_PORT_IN_USE]$`,
      ),
    ),
  });
});

test("stopping ends connections that are kept open", async () => {
  const { gateway } = await start();
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  await new Promise((resolve) => socket.once("connect", resolve));
  const closed = new Promise((resolve) => socket.once("close", resolve));
  await gateways.pop()?.stop();
  await closed;
});
