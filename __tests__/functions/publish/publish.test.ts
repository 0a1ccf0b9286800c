import { createHash } from "node:crypto";
import { REFUSAL_CODES, refused } from "../../../functions/publish/answer";
import type { PublisherMessage } from "../../../functions/publish/message";
import { type Publisher, publish } from "../../../functions/publish/publish";
import { httpRequest } from "../factories";

const LARGE = "x".repeat(3_000);

/** A publisher that keeps what it did, in order. */
function recorded(given: Partial<Publisher> = {}) {
  const steps: string[] = [];
  const lines: object[] = [];
  const sent: PublisherMessage[] = [];
  const publisher: Publisher = {
    maximumMessageBytes: 2_048,
    allowsSourceIp: () => true,
    sources: [],
    unmatched: "accept",
    judge: () => Promise.reject(new Error("there is no source")),
    writeBody: async ({ key, sha256 }, body) => {
      steps.push(`write ${key}`);
      expect(createHash("sha256").update(body).digest("hex")).toBe(sha256);
    },
    send: async (message) => {
      steps.push("send");
      sent.push(message);
      return "message-1";
    },
    log: {
      published: (facts) => void lines.push({ stage: "published", ...facts }),
      filtered: (facts) => void lines.push({ stage: "filtered", ...facts }),
      handshake: (facts) => void lines.push({ stage: "handshake", ...facts }),
      refused: (facts) => void lines.push({ stage: "refused", ...facts }),
    },
    ...given,
  };
  return { publisher, steps, lines, sent };
}

const down = () => Promise.reject(new Error("down"));
const never = () => new Promise<never>(() => {});
const NOT_TAKEN = {
  statusCode: 503,
  headers: { "content-type": "application/json", "retry-after": "5" },
  body: '{"message":"The event was not taken. Send it again."}',
};

test("an event is answered with its id after the queue has taken it, and said once", async () => {
  const { publisher, steps, lines } = recorded();
  const headers = { "x-github-delivery": "72d3162e" };
  expect(await publish(httpRequest({ path: "/github", headers, body: "{}" }), publisher, 1_000)).toEqual({
    statusCode: 202,
    headers: { "content-type": "application/json" },
    body: '{"eventId":"72d3162e"}',
  });
  expect(steps).toEqual(["send"]);
  expect(lines).toEqual([
    {
      stage: "published",
      requestId: "JKJaXmPLvHcESHA=",
      key: "github#72d3162e",
      messageId: "message-1",
    },
  ]);
});

test("an event without a delivery id has the request's", async () => {
  const answer = await publish(httpRequest({ body: "{}" }), recorded().publisher, 1_000);
  expect(answer).toMatchObject({ statusCode: 202, body: '{"eventId":"JKJaXmPLvHcESHA="}' });
});

test("a large body is written before its message is sent", async () => {
  const { publisher, steps, sent } = recorded();
  expect(await publish(httpRequest({ body: LARGE }), publisher, 1_000)).toMatchObject({ statusCode: 202 });
  expect(steps).toEqual(["write inflight/JKJaXmPLvHcESHA=", "send"]);
  expect(sent[0]?.body).toMatch(/"claim":\{"key":"inflight\/JKJaXmPLvHcESHA=","bytes":3000,/);
});

test("HEAD is an event, and its answer has no body", async () => {
  const { publisher, steps } = recorded();
  expect(await publish(httpRequest({ method: "HEAD" }), publisher, 1_000)).toEqual({ statusCode: 202 });
  expect(steps).toEqual(["send"]);
});

test("OPTIONS is answered with the methods, without CORS, and is no event", async () => {
  const { publisher, steps, lines } = recorded();
  expect(await publish(httpRequest({ method: "OPTIONS", body: "{}" }), publisher, 1_000)).toEqual({
    statusCode: 204,
    headers: { allow: "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT" },
  });
  expect({ steps, lines }).toEqual({ steps: [], lines: [] });
});

test.each<[string, Partial<Publisher>, string, string]>([
  ["a queue that refuses", { send: down }, "QUEUE_UNAVAILABLE", "Error: down"],
  ["a queue that does not answer", { send: never }, "QUEUE_UNAVAILABLE", "OutOfTime: no answer within 20 ms"],
  ["a bucket that refuses", { writeBody: down }, "BODIES_UNAVAILABLE", "Error: down"],
  ["a bucket that does not answer", { writeBody: never }, "BODIES_UNAVAILABLE", "OutOfTime: no answer within 20 ms"],
])("%s: the sender is told to come again, and nothing is sent after", async (_case, given, reason, detail) => {
  const { publisher, steps, lines } = recorded(given);
  expect(await publish(httpRequest({ body: LARGE }), publisher, 20)).toEqual(NOT_TAKEN);
  expect(steps).not.toContain("send");
  expect(lines).toEqual([
    {
      stage: "refused",
      requestId: "JKJaXmPLvHcESHA=",
      key: "hello#JKJaXmPLvHcESHA=",
      reason,
      detail,
    },
  ]);
});

test("the time is one for both calls", async () => {
  let left = Number.NaN;
  const begun = performance.now();
  const { publisher } = recorded({
    writeBody: (_claim, _body, signal) => new Promise((resolve) => setImmediate(resolve, signal.aborted)),
    send: (_message, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          left = performance.now() - begun;
          reject(signal.reason);
        });
      }),
  });
  expect(await publish(httpRequest({ body: LARGE }), publisher, 50)).toEqual(NOT_TAKEN);
  expect(left).toBeLessThan(1_000);
});

test.each([
  ["an address that is not allowed", httpRequest({ body: "{}" }), { allowsSourceIp: () => false }, 403],
  ["OPTIONS from one", httpRequest({ method: "OPTIONS" }), { allowsSourceIp: () => false }, 403],
  ["a query over the limit", httpRequest({ query: "q".repeat(2_048) }), {}, 413],
  ["a method that is none", httpRequest({ method: "get it" }), {}, 400],
  ["a path that is none", httpRequest({ path: "hello" }), {}, 400],
])("%s is refused, and nothing is written or sent", async (_case, event, given, statusCode) => {
  const { publisher, steps, lines } = recorded(given);
  expect(await publish(event, publisher, 1_000)).toMatchObject({
    statusCode,
    body: expect.stringMatching(/^\{"message"/),
  });
  expect(steps).toEqual([]);
  expect(lines).toMatchObject([{ stage: "refused" }]);
});

test.each(REFUSAL_CODES)("%s answers HEAD without a body", (reason) => {
  const { statusCode } = refused("POST", reason);
  expect(refused("HEAD", reason)).toMatchObject({ statusCode });
  expect(refused("HEAD", reason)).not.toHaveProperty("body");
});
