/** The publisher's calls against endpoints that answer as told, each on a port of its own. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { awsCalls } from "../../../functions/publish/aws-calls";
import { publish } from "../../../functions/publish/publish";
import { httpRequest } from "../factories";

type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

const servers: Server[] = [];
afterEach(() =>
  Promise.all(
    servers.splice(0).map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    }),
  ),
);

/** SQS and S3 in one; both see every call that reaches them. */
async function startPublisher({ sqs = takesMessage, s3 = takesObject }: { sqs?: Answer; s3?: Answer }) {
  const calls: { readonly service: "sqs" | "s3"; readonly request: IncomingMessage; readonly body: Buffer }[] = [];
  let connections = 0;
  const server = createServer(async (request, response) => {
    const isSqs = request.headers["x-amz-target"] !== undefined;
    try {
      const body = await buffer(request);
      calls.push({ service: isSqs ? "sqs" : "s3", request, body });
      (isSqs ? sqs : s3)(request, response, body);
    } catch {
      // The publisher has given up in the middle of its request.
    }
  });
  server.on("connection", () => connections++);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const places = { eventsQueueUrl: `${endpoint}/000000000000/events`, bodiesBucketName: "webhook-test-bodies" };
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const reasons: string[] = [];
  const publisher = {
    maximumMessageBytes: 2_048,
    allowsSourceIp: () => true,
    sources: [],
    unmatched: "accept" as const,
    judge: () => Promise.reject(new Error("there is no source")),
    ...awsCalls(places, { endpoint, region: "us-east-1", credentials }),
    log: {
      published: () => {},
      filtered: () => {},
      handshake: () => {},
      refused: ({ reason }: { reason: string }) => void reasons.push(reason),
    },
  };
  return {
    calls,
    reasons,
    services: () => calls.map(({ service }) => service),
    connections: () => connections,
    publish: (body: string, timeMs = 2_500) => publish(httpRequest({ body }), publisher, timeMs),
  };
}

const takesMessage: Answer = (_request, response, body) => {
  const { MessageBody } = JSON.parse(body.toString()) as { MessageBody: string };
  const MD5OfMessageBody = createHash("md5").update(MessageBody).digest("hex");
  response.writeHead(200, { "content-type": "application/x-amz-json-1.0" });
  response.end(JSON.stringify({ MessageId: "message-1", MD5OfMessageBody }));
};
const takesObject: Answer = (_request, response) => void response.end();
const refuses =
  (status: number, body: string): Answer =>
  (_request, response) => {
    response.writeHead(status, {
      "content-type": body.startsWith("<") ? "application/xml" : "application/x-amz-json-1.0",
    });
    response.end(body);
  };
const hangs: Answer = () => {};
const breaks: Answer = (request) => void request.socket.destroy();

const SMALL = "{}";
const LARGE = "x".repeat(3_000);
const json = (type: string) => `{"__type":"com.amazonaws.sqs#${type}","message":"no."}`;
const xml = (code: string) => `<Error><Code>${code}</Code><Message>no.</Message></Error>`;

test("an event is one call of SQS, with one attribute", async () => {
  const { publish, calls, services } = await startPublisher({});
  expect(await publish(SMALL)).toMatchObject({ statusCode: 202 });
  expect(services()).toEqual(["sqs"]);
  expect(JSON.parse(calls[0]?.body.toString() ?? "")).toMatchObject({
    MessageBody: '{"query":"","headers":{"content-type":"application/json"},"encoding":"utf8","body":"{}"}',
    MessageAttributes: {
      trusted: {
        DataType: "String",
        StringValue: "publisher all JKJaXmPLvHcESHA= 1700000000123 203.0.113.7 POST /hello",
      },
    },
  });
});

test("a large body is put first, with its SHA-256 for S3 to check, in one round trip", async () => {
  const { publish, calls, services } = await startPublisher({});
  expect(await publish(LARGE)).toMatchObject({ statusCode: 202 });
  expect(services()).toEqual(["s3", "sqs"]);
  const { request, body } = calls[0] ?? {};
  expect(body?.toString()).toBe(LARGE);
  expect([request?.method, decodeURIComponent(request?.url?.split("?")[0] ?? "")]).toEqual([
    "PUT",
    "/webhook-test-bodies/inflight/JKJaXmPLvHcESHA=",
  ]);
  expect(request?.headers).toMatchObject({
    "x-amz-checksum-sha256": createHash("sha256").update(LARGE).digest("base64"),
  });
  expect(request?.headers).not.toHaveProperty("expect");
});

test("connections are kept from request to request", async () => {
  const { publish, connections } = await startPublisher({});
  for (let request = 0; request < 5; request++) await publish(SMALL);
  expect(connections()).toBe(1);
});

test("a connection that was closed meanwhile is made again within the request", async () => {
  let call = 0;
  const { publish, services } = await startPublisher({
    sqs: (request, response, body) => (++call === 2 ? breaks : takesMessage)(request, response, body),
  });
  expect(await publish(SMALL)).toMatchObject({ statusCode: 202 });
  expect(await publish(SMALL)).toMatchObject({ statusCode: 202 });
  expect(services()).toEqual(["sqs", "sqs", "sqs"]);
});

test.each<[string, Answer, number]>([
  ["denies access", refuses(403, json("AccessDeniedException")), 1],
  ["is not there", refuses(400, json("QueueDoesNotExist")), 1],
  ["refuses what is in it", refuses(400, json("InvalidMessageContents")), 1],
  ["throttles", refuses(400, json("RequestThrottled")), 2],
  ["has a fault", refuses(500, json("InternalError")), 2],
  ["breaks the connection", breaks, 2],
])("a queue that %s: the sender is told to come again, after two attempts at most", async (_case, sqs, attempts) => {
  const { publish, services, reasons } = await startPublisher({ sqs });
  expect(await publish(SMALL)).toMatchObject({ statusCode: 503, headers: { "retry-after": "5" } });
  expect(services()).toEqual(Array.from({ length: attempts }, () => "sqs"));
  expect(reasons).toEqual(["QUEUE_UNAVAILABLE"]);
});

test.each<[string, Answer]>([
  ["denies access", refuses(403, xml("AccessDenied"))],
  ["is not there", refuses(404, xml("NoSuchBucket"))],
  ["slows down", refuses(503, xml("SlowDown"))],
  ["finds another checksum", refuses(400, xml("BadDigest"))],
  ["breaks the connection", breaks],
])("a bucket that %s: the sender is told to come again, and no message is sent", async (_case, s3) => {
  const { publish, services, reasons } = await startPublisher({ s3 });
  expect(await publish(LARGE)).toMatchObject({ statusCode: 503, headers: { "retry-after": "5" } });
  expect(services()).not.toContain("sqs");
  expect(reasons).toEqual(["BODIES_UNAVAILABLE"]);
});

test.each<[string, { sqs?: Answer; s3?: Answer }, string]>([
  ["queue", { sqs: hangs }, "QUEUE_UNAVAILABLE"],
  ["bucket", { s3: hangs }, "BODIES_UNAVAILABLE"],
])("a %s that hangs is given up within the request's time", async (_case, given, reason) => {
  const { publish, reasons } = await startPublisher(given);
  const begun = performance.now();
  expect(await publish(LARGE, 200)).toMatchObject({ statusCode: 503 });
  expect(performance.now() - begun).toBeLessThan(1_000);
  expect(reasons).toEqual([reason]);
});

test("a queue that hangs and then would answer is given up, and the next request is served", async () => {
  let isDown = true;
  const { publish } = await startPublisher({
    sqs: (request, response, body) => (isDown ? hangs : takesMessage)(request, response, body),
  });
  expect(await publish(SMALL, 100)).toMatchObject({ statusCode: 503 });
  isDown = false;
  expect(await publish(SMALL)).toMatchObject({ statusCode: 202 });
});
