import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Environments, invocation, writeHandler } from "./handler-file";

const IN_TIME = { timeoutMs: 5_000 };
let environments: Environments;

beforeAll(() => {
  environments = new Environments();
});
afterAll(() => environments.stop());
beforeEach(() => {
  environments.lines.length = 0;
});

test("answers with what the handler returns, for the event and context it was given", async () => {
  const environment = await environments.ready(
    writeHandler("return { event, name: context.functionName, id: context.awsRequestId };"),
  );
  expect(await environment.invoke(invocation({ a: 1 }), IN_TIME)).toEqual({
    kind: "answered",
    response: { event: { a: 1 }, name: "consume", id: "request-1" },
  });
});

test("tells the handler how much time remains", async () => {
  const environment = await environments.ready(writeHandler("return context.getRemainingTimeInMillis();"));
  const outcome = await environment.invoke(invocation(), IN_TIME);
  const remaining = outcome.kind === "answered" ? Number(outcome.response) : 0;
  expect(remaining).toBeGreaterThan(3_000);
  expect(remaining).toBeLessThanOrEqual(5_000);
});

test.each([
  ["nothing", "exports.handler = async () => {};", null],
  [
    "by its callback",
    "exports.handler = (event, context, callback) => { setImmediate(callback, null, 'later'); };",
    "later",
  ],
  [
    "what JSON cannot hold",
    "exports.handler = async () => ({ a: undefined, at: new Date(0) });",
    { at: "1970-01-01T00:00:00.000Z" },
  ],
])("answers as JSON when the handler answers %s", async (_, source, response) => {
  const file = writeHandler("");
  writeFileSync(file, source);
  const environment = await environments.ready(file);
  expect(await environment.invoke(invocation(), IN_TIME)).toEqual({ kind: "answered", response });
});

test("fails the invocation and stays when the handler throws", async () => {
  const environment = await environments.ready(
    writeHandler("if (event.bad) throw new TypeError('not this one'); return ++global.count;", "global.count = 0;"),
  );
  expect(await environment.invoke(invocation({ bad: true }), IN_TIME)).toEqual({
    kind: "failed",
    error: { errorType: "TypeError", errorMessage: "not this one" },
  });
  expect(await environment.invoke(invocation(), IN_TIME)).toEqual({ kind: "answered", response: 1 });
  expect(environment.isAlive).toBe(true);
});

test("has all output of an invocation before its answer", async () => {
  const environment = await environments.ready(
    writeHandler("for (let n = 0; n < 2000; n++) console.log('line ' + n);"),
  );
  await environment.invoke(invocation(), IN_TIME);
  expect(environments.lines).toHaveLength(2_000);
  expect(environments.lines.at(-1)).toBe("line 1999");
});

const unlessWindows = process.platform === "win32" ? test.skip : test;

unlessWindows("is frozen between two events: an idle timer fires only when the next one comes", async () => {
  const frozen = await environments.ready(
    writeHandler(
      "if (event.arm) { setTimeout(() => { firedAt = Date.now(); }, 20); return; }" +
        " while (firedAt === undefined) await new Promise(setImmediate); return firedAt;",
      "let firedAt;",
    ),
  );
  const other = await environments.ready(writeHandler("await new Promise((done) => setTimeout(done, 200));"));
  await frozen.invoke(invocation({ arm: true }), IN_TIME);
  await other.invoke(invocation(), IN_TIME);
  const thawedAt = Date.now();
  const outcome = await frozen.invoke(invocation(), IN_TIME);
  expect(outcome).toEqual({ kind: "answered", response: expect.any(Number) });
  expect(outcome.kind === "answered" && Number(outcome.response)).toBeGreaterThanOrEqual(thawedAt);
});

test("ends an invocation that takes too long, and itself with it", async () => {
  const environment = await environments.ready(writeHandler("await new Promise(() => setInterval(() => {}, 1000));"));
  expect(await environment.invoke(invocation(), { timeoutMs: 250 })).toEqual({
    kind: "failed",
    error: {
      errorType: "Sandbox.Timedout",
      errorMessage: "RequestId: request-1 Error: Task timed out after 0.25 seconds",
    },
  });
  expect(environment.isAlive).toBe(false);
});

test("ends an invocation that blocks its process", async () => {
  const environment = await environments.ready(writeHandler("for (;;);"));
  expect(await environment.invoke(invocation(), { timeoutMs: 250 })).toMatchObject({
    error: { errorType: "Sandbox.Timedout" },
  });
});

test.each([
  ["exits", "process.exit(3);", "exit status 3"],
  [
    "is killed",
    "process.kill(process.pid, 'SIGKILL'); await new Promise(() => setInterval(() => {}, 1000));",
    "signal: killed",
  ],
])("fails the invocation when its process %s", async (_, body, how) => {
  const environment = await environments.ready(writeHandler(body));
  expect(await environment.invoke(invocation(), IN_TIME)).toEqual({
    kind: "failed",
    error: {
      errorType: "Runtime.ExitError",
      errorMessage: `RequestId: request-1 Error: Runtime exited with error: ${how}`,
    },
  });
  expect(environment.isAlive).toBe(false);
});

test("fails the invocation when the heap is used up", async () => {
  const environment = await environments.ready(
    writeHandler("const all = []; for (;;) all.push(new Array(1000).fill({}));"),
    {
      memoryMegabytes: 32,
    },
  );
  expect(await environment.invoke(invocation(), { timeoutMs: 30_000 })).toMatchObject({
    error: { errorType: "Runtime.OutOfMemory" },
  });
});

// Memory outside of the heap can be seen from outside on Linux only.
(process.platform === "linux" ? test : test.skip)(
  "fails the invocation when buffers use more than the memory",
  async () => {
    const environment = await environments.ready(
      writeHandler(
        "global.kept = Buffer.alloc(300 * 1024 * 1024, 1); await new Promise(() => setInterval(() => {}, 1000));",
      ),
    );
    expect(await environment.invoke(invocation(), { timeoutMs: 30_000 })).toEqual({
      kind: "failed",
      error: {
        errorType: "Runtime.OutOfMemory",
        errorMessage: "RequestId: request-1 Error: Runtime exited with error: signal: killed",
      },
    });
  },
);

test("has exactly the environment variables it was given", async () => {
  const environment = await environments.ready(writeHandler("return process.env;"), {
    variables: { EVENTS_TABLE_NAME: "events", AWS_REGION: "us-east-1" },
  });
  const outcome = await environment.invoke(invocation(), IN_TIME);
  // Windows adds variables of its own to every process.
  const expected = { EVENTS_TABLE_NAME: "events", AWS_REGION: "us-east-1" };
  expect(outcome).toEqual({
    kind: "answered",
    response: process.platform === "win32" ? expect.objectContaining(expected) : expected,
  });
});

describe("a bundle that cannot be run", () => {
  test.each([
    [
      "throws when it is loaded",
      "throw new Error('no table name');",
      { errorType: "Error", errorMessage: "no table name" },
    ],
    [
      "has no such export",
      "exports.other = 1;",
      { errorType: "Runtime.HandlerNotFound", errorMessage: "handler is undefined or not exported" },
    ],
    [
      "is no JavaScript",
      "const = ;",
      { errorType: "Runtime.UserCodeSyntaxError", errorMessage: "SyntaxError: Unexpected token '='" },
    ],
  ])("%s", async (_, source, failed) => {
    const file = writeHandler("");
    writeFileSync(file, source);
    expect(await environments.start(file)).toEqual({ failed });
  });

  test("is not there", async () => {
    const file = join(dirname(writeHandler("")), "none.js");
    expect(await environments.start(file)).toMatchObject({ failed: { errorType: "Runtime.ImportModuleError" } });
  });
});

describe("another host", () => {
  const REFUSED =
    'The function reached for "sqs.us-east-1.amazonaws.com". Running locally it may reach only this machine; its AWS endpoint is in AWS_ENDPOINT_URL. [LOCAL_NETWORK_REFUSED]';

  test.each([
    ["fetch", "await fetch('https://sqs.us-east-1.amazonaws.com/').catch((error) => { throw error.cause; });"],
    [
      "node:https",
      "await new Promise((_, no) => require('node:https').get('https://sqs.us-east-1.amazonaws.com/').on('error', no));",
    ],
    [
      "a socket",
      "await new Promise((_, no) => require('node:net').connect(443, 'sqs.us-east-1.amazonaws.com').on('error', no));",
    ],
    ["a datagram", "require('node:dgram').createSocket('udp4').send('x', 53, 'sqs.us-east-1.amazonaws.com');"],
  ])("is refused to %s, with a line that says so", async (_, body) => {
    const environment = await environments.ready(writeHandler(body));
    expect(await environment.invoke(invocation(), IN_TIME)).toEqual({
      kind: "failed",
      error: { errorType: "NetworkRefused", errorMessage: REFUSED },
    });
    expect(environments.lines).toContain(REFUSED);
  });

  test("is refused to the metadata service by its address", async () => {
    const environment = await environments.ready(
      writeHandler("await fetch('http://169.254.169.254/').catch((error) => { throw error.cause; });"),
    );
    expect(await environment.invoke(invocation(), IN_TIME)).toMatchObject({ error: { errorType: "NetworkRefused" } });
  });

  test("is not this machine, which may be reached", async () => {
    const environment = await environments.ready(
      writeHandler(
        "const server = require('node:http').createServer((_, answer) => answer.end('here')).listen(0, '127.0.0.1');" +
          " await new Promise((done) => server.on('listening', done));" +
          " return (await fetch('http://localhost:' + server.address().port)).text();",
      ),
    );
    expect(await environment.invoke(invocation(), IN_TIME)).toEqual({ kind: "answered", response: "here" });
  });
});
