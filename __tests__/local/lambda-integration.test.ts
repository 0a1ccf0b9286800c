/** The gateway's Lambda integration: real HTTP in front of a real function. */
import { createHash } from "node:crypto";
import { CHOICES } from "../../local/aws-assumptions";
import { readHttpApi } from "../../local/http-api";
import { MAX_PAYLOAD_BYTES } from "../../local/lambda-service";
import { writeHandler } from "./handler-file";
import { type Answer, type Sent, send } from "./http-sender";
import { type LambdaStack, lambdaStack, PlayedLambdaIngress } from "./lambda-stack";
import { templateOf } from "./written-stack";

let played: PlayedLambdaIngress;
afterEach(() => played.stop());

const start = async (handler: string, written: LambdaStack = {}) => {
  played = await PlayedLambdaIngress.start(handler, written);
};
const sendTo = (sent: Sent = {}): Promise<Answer> => send(played.gateway.url, sent);
const answered = async (sent: Sent = {}) => {
  const { status, headers, body } = await sendTo(sent);
  return { status, type: headers["content-type"], body };
};
const fault = (status: number, message: string) => ({
  status,
  type: "application/json",
  body: JSON.stringify({ message }),
});
const refusals = () => played.timeline.entries({ step: "refused" }).map(({ facts }) => facts?.reason);

const ECHO =
  "return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(event) };";
const json = { "content-type": "application/json" };

test("gives the function the request, and the sender its answer", async () => {
  await start(ECHO);
  const { status, headers, body } = await sendTo({
    method: "PUT",
    path: "/github//a%20b?c=1&c=2&d=%2F",
    body: '{"a":"ž"}',
    headers: { ...json, "X-Twice": ["one", "two"], Cookie: "a=1; b=2", "User-Agent": "sender" },
  });
  const event = JSON.parse(body);
  expect({ status, requestId: headers["apigw-requestid"] }).toEqual({
    status: 200,
    requestId: event.requestContext.requestId,
  });
  expect(event).toMatchObject({
    version: "2.0",
    routeKey: "$default",
    rawPath: "/github//a b",
    rawQueryString: "c=1&c=2&d=%2F",
    queryStringParameters: { c: "1,2", d: "/" },
    cookies: ["a=1", "b=2"],
    headers: { "x-twice": "one,two", "user-agent": "sender", "content-length": "10", "x-forwarded-for": "127.0.0.1" },
    requestContext: { http: { method: "PUT", protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "sender" } },
    body: '{"a":"ž"}',
    isBase64Encoded: false,
  });
  expect(Object.keys(event.headers)).not.toContain("cookie");
  expect(Object.keys(event.headers)).not.toContain("connection");
});

test("sends status, headers, cookies and bytes as the function says", async () => {
  await start(
    "return { statusCode: 418, headers: { 'x-pot': 'tea' }, cookies: ['a=1', 'b=2'], body: '/w==', isBase64Encoded: true };",
  );
  const { status, headers, body } = await sendTo();
  expect({ status, pot: headers["x-pot"], cookies: headers["set-cookie"], length: headers["content-length"] }).toEqual({
    status: 418,
    pot: "tea",
    cookies: ["a=1", "b=2"],
    length: "1",
  });
  expect(body).toBe("\uFFFD");
});

test("an answer without content says no length of it", async () => {
  await start("return { statusCode: 204, headers: { allow: 'GET' } };");
  const { status, headers } = await sendTo({ method: "OPTIONS" });
  expect({ status, allow: headers.allow, length: headers["content-length"] }).toEqual({
    status: 204,
    allow: "GET",
    length: undefined,
  });
});

test.each([
  ["a binary body", { body: Buffer.from([0, 0xff, 0x80]), headers: { "content-type": "application/octet-stream" } }],
  ["a form", { body: "a=1", headers: { "content-type": "application/x-www-form-urlencoded" } }],
  ["a body without a type", { body: Buffer.alloc(100_000, 0xfe) }],
])("%s comes as base64, byte for byte", async (_, sent) => {
  await start(
    "return { bytes: require('node:crypto').createHash('sha256').update(Buffer.from(event.body, 'base64')).digest('hex'), isBase64Encoded: event.isBase64Encoded };",
  );
  const { body } = await sendTo(sent);
  expect(JSON.parse(body)).toEqual({
    bytes: createHash("sha256").update(sent.body).digest("hex"),
    isBase64Encoded: true,
  });
});

describe("what became of a request is on the timeline", () => {
  const stepsOf = (requestId: unknown) =>
    played.timeline
      .entries({ requestId: String(requestId) })
      .map(({ step, messageId, facts }) => [step, messageId ?? facts?.reason]);
  const LOG = "console.log(JSON.stringify({ requestId: event.requestContext.requestId, ...JSON.parse(event.body) }));";

  test.each<[what: string, handler: string, body: object, steps: unknown[]]>([
    [
      "queued, as the function's log says",
      `${LOG} return { statusCode: 202 };`,
      { stage: "published", messageId: "m1" },
      [
        ["received", undefined],
        ["queued", "m1"],
      ],
    ],
    [
      "refused, for the reason that the log gives",
      `${LOG} return { statusCode: 503 };`,
      { stage: "refused", reason: "QUEUE_UNAVAILABLE" },
      [
        ["received", undefined],
        ["refused", "QUEUE_UNAVAILABLE"],
      ],
    ],
    [
      "refused, when only the answer says so",
      "return { statusCode: 403 };",
      {},
      [
        ["received", undefined],
        ["refused", "the function answered 403"],
      ],
    ],
    [
      "answered, when nothing was queued",
      "return { statusCode: 204 };",
      {},
      [
        ["received", undefined],
        ["answered", undefined],
      ],
    ],
  ])("%s", async (_, handler, body, steps) => {
    await start(handler);
    const { headers } = await sendTo({ headers: json, body: JSON.stringify(body) });
    expect(stepsOf(headers["apigw-requestid"])).toEqual(steps);
  });
});

describe("a function that does not answer", () => {
  test.each([
    ["throws", "throw new TypeError('boom');", {}, "the function failed: TypeError: boom"],
    [
      "answers nothing that is an answer",
      "return { statusCode: 'ok' };",
      {},
      'the function\'s answer is malformed: its statusCode is "ok"',
    ],
    [
      "ends its process",
      "process.exit(3);",
      {},
      expect.stringMatching(/^the function failed: Runtime\.ExitError: RequestId: \S+ Error: Runtime exited/),
    ],
    [
      "is over its own timeout",
      "await new Promise(() => {});",
      { function: { timeout: 1 } },
      expect.stringMatching(/^the function failed: Sandbox\.Timedout: .* Task timed out after 1\.00 seconds$/),
    ],
    [
      "answers more than Lambda takes",
      `return { statusCode: 200, body: 'x'.repeat(${MAX_PAYLOAD_BYTES}) };`,
      {},
      expect.stringMatching(/^the function failed: Function\.ResponseSizeTooLarge: /),
    ],
  ])("because it %s: 500", async (_, handler, written, reason) => {
    await start(handler, written);
    expect(await answered()).toEqual(fault(500, "Internal Server Error"));
    expect(refusals()).toEqual([reason]);
  });

  test("within the integration's timeout: 503, and the function goes on", async () => {
    await start(
      "await new Promise((done) => setTimeout(done, 400)); console.log(JSON.stringify({ stage: 'published', messageId: 'late', requestId: event.requestContext.requestId }));",
      { integration: { timeout_milliseconds: 100 } },
    );
    expect(await answered()).toEqual(fault(503, "Service Unavailable"));
    expect(refusals()).toEqual(["no answer within 100 ms"]);
    await played.timeline.until({ step: "queued", messageId: "late" }, { withinMs: 5_000 });
  });

  test("over the reserved concurrency: 503, and nothing runs", async () => {
    await start("await new Promise((done) => setTimeout(done, 300)); return { statusCode: 200 };", {
      function: { reserved_concurrent_executions: 2 },
    });
    const answers = await Promise.all([answered(), answered(), answered()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 503]);
    expect(answers).toContainEqual(fault(503, "Service Unavailable"));
    expect(refusals()).toEqual(["Lambda refused it: TooManyRequestsException: Rate Exceeded."]);
  });
});

describe("sizes", () => {
  const overhead = async () => {
    await start("return { bytes: Buffer.byteLength(JSON.stringify(event)) };");
    const { body } = await sendTo({ headers: json, body: "x".repeat(1_000_000) });
    return JSON.parse(body).bytes - 1_000_000;
  };

  test("the event is measured as it is serialized: exactly Lambda's limit goes, a byte more is a 413", async () => {
    const fits = MAX_PAYLOAD_BYTES - (await overhead());
    expect(await answered({ headers: json, body: "x".repeat(fits) })).toMatchObject({ status: 200 });
    expect(await answered({ headers: json, body: "x".repeat(fits + 1) })).toEqual(
      fault(413, "Request Entity Too Large"),
    );
    // Each of these is escaped with a backslash.
    expect((await sendTo({ headers: json, body: '"'.repeat(fits / 2 + 1) })).status).toBe(413);
    expect(refusals()).toEqual([
      `Lambda refused it: RequestTooLargeException: ${MAX_PAYLOAD_BYTES + 1} byte payload is too large for the RequestResponse invocation type (limit 6291556 bytes)`,
      expect.stringContaining("RequestTooLargeException"),
    ]);
  });

  test("base64 takes a third more: 4.7 MB of bytes go, 4.8 MB do not", async () => {
    await start("return { statusCode: 200 };");
    expect((await sendTo({ body: Buffer.alloc(4_700_000) })).status).toBe(200);
    expect((await sendTo({ body: Buffer.alloc(4_800_000) })).status).toBe(413);
  });

  test("over the API's own 10 MB no event is made", async () => {
    await start("return { statusCode: 200 };");
    expect(await answered({ body: Buffer.alloc(10 * 1024 * 1024 + 1) })).toEqual(
      fault(413, "Request Entity Too Large"),
    );
    expect(refusals()).toEqual(["the body is over 10 MB"]);
  });
});

describe("the permission", () => {
  test.each<[what: string, written: LambdaStack]>([
    ["is missing", { permission: null }],
    [
      "is for another API",
      { permission: { source_arn: "arn:aws:execute-api:us-east-1:000000000000:other/*/$default" } },
    ],
    ["is for another service", { permission: { principal: "sns.amazonaws.com" } }],
    ["is for another action", { permission: { action: "lambda:GetFunction" } }],
    ["is for another account", { permission: { source_account: "111111111111" } }],
    ["is for another route", { routeKeys: ["POST /{proxy+}"] }],
  ])("%s: 500, and the run knows it", async (_, written) => {
    await start("return { statusCode: 200 };", written);
    expect(await answered({ path: "/a" })).toEqual(fault(500, "Internal Server Error"));
    const [{ message } = { message: "" }, ...others] = played.endpoint.authorization.refused;
    expect(others).toEqual([]);
    expect(message).toMatch(
      /^User: apigateway\.amazonaws\.com is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:000000000000:function:publish because no policy of that resource allows it to arn:aws:execute-api:us-east-1:000000000000:[0-9a-f]{10}\/\$default\/(\$default|POST\/\{proxy\+\})$/,
    );
    expect(refusals()).toEqual([`Lambda refused it: AccessDenied: ${message}`]);
  });

  test.each([
    ["to everybody", { principal: "*", source_arn: undefined }],
    ["by the function's ARN", { function_name: "${aws_lambda_function.publish.arn}" }],
    ["to the route", { source_arn: "${aws_apigatewayv2_api.api.execution_arn}/$default/$default" }],
  ])("%s is enough", async (_, permission) => {
    await start("return { statusCode: 200 };", { permission: JSON.parse(JSON.stringify(permission)) as object });
    expect((await sendTo()).status).toBe(200);
    expect(played.endpoint.authorization.refused).toEqual([]);
  });
});

test("the access log has the function's status and why it failed", async () => {
  const format =
    '{"status":"$context.status","lambda":"$context.integrationStatus","error":"$context.integrationErrorMessage"}';
  await start("if (event.rawPath === '/bad') throw new Error('boom'); return { statusCode: 201 };", {
    stage: { access_log_settings: { destination_arn: "arn", format } },
  });
  await sendTo();
  await sendTo({ path: "/bad" });
  expect(played.accessLog.map((line) => JSON.parse(line) as unknown)).toEqual([
    { status: "201", lambda: "201", error: "-" },
    { status: "500", lambda: "200", error: "the function failed: Error: boom" },
  ]);
});

test("a burst gets eight environments at most; the others wait for one, and all are answered", async () => {
  await start(
    "global.id ??= Math.random(); await new Promise((done) => setTimeout(done, 30)); return { id: global.id };",
  );
  const answers = await Promise.all(Array.from({ length: 60 }, () => sendTo()));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  const environments = new Set(answers.map(({ body }) => JSON.parse(body).id));
  expect(environments.size).toBe(8);
  // Who waits counts as running, as on AWS.
  expect(played.lambda.function("publish").highestConcurrency).toBeGreaterThan(8);
}, 20_000);

test.each([
  [{ payload_format_version: "1.0" }, 'payload_format_version is "1.0"'],
  [{ integration_method: "GET" }, 'integration_method is "GET"'],
  [{ integration_uri: "https://example.com" }, 'integration_uri is "https://example.com"'],
])("an integration with %j is named before the first request", (integration, what) => {
  const template = templateOf(lambdaStack(writeHandler("return 1;"), { integration }));
  const message = `aws_apigatewayv2_integration.publish: ${what}, which the local run cannot play`;
  expect(() => readHttpApi(template, CHOICES)).toThrow(message);
});
