import { createHash } from "node:crypto";
import type { SQSRecord } from "aws-lambda";
import fc from "fast-check";
import { parseMessage } from "../../../functions/event/message";
import { messageAttributes, messageBytes, messageOf, type PublisherMessage } from "../../../functions/publish/message";
import type { PublishedRequest } from "../../../functions/publish/request";
import { messageBytes as bytesAsSqsCounts, checkMessage } from "../../../local/message-rules";
import { LAMBDA_RULES, sqsRecord, stringAttribute } from "../factories";

const LIMIT = 262_144;

function request({
  body = "",
  ...given
}: Partial<Omit<PublishedRequest, "body" | "receivedAt">> & { body?: string | Uint8Array }) {
  return {
    requestId: "JKJaXmPLvHcESHA=",
    epochMs: 1_700_000_000_123,
    sourceIp: "203.0.113.7",
    method: "POST",
    path: "/hello",
    query: "",
    headers: {},
    ...given,
    body: Buffer.from(body),
  } satisfies Omit<PublishedRequest, "receivedAt">;
}

/** The message as Lambda hands it to the consumer. */
function received({ body, trusted }: PublisherMessage): SQSRecord {
  return sqsRecord({ body, messageAttributes: { trusted: stringAttribute(trusted) } });
}

test("the message of a request is its trusted facts and an envelope", () => {
  expect(messageOf(request({ query: "a=1", headers: { a: "b" }, body: "{}" }), LIMIT)).toEqual({
    trusted: "publisher all JKJaXmPLvHcESHA= 1700000000123 203.0.113.7 POST /hello",
    body: '{"query":"a=1","headers":{"a":"b"},"encoding":"utf8","body":"{}"}',
  });
});

test("its size is that of the body, and of the name, the type and the value of its attribute", () => {
  expect(messageBytes({ body: "é", trusted: "1234" })).toBe(2 + "trusted".length + "String".length + 4);
});

/** Bytes of a message with an empty body: what is left is for the body. */
const FRAME = messageBytes(messageOf(request({}), LIMIT) ?? { body: "", trusted: "" });

test.each([
  ["text", (bytes: number) => Buffer.alloc(bytes, "a"), LIMIT - FRAME],
  ["quotes, each of which is escaped", (bytes: number) => Buffer.alloc(bytes, '"'), Math.floor((LIMIT - FRAME) / 2)],
  [
    "no text, which grows by a third",
    (bytes: number) => Buffer.alloc(bytes, 0xff),
    3 * Math.floor((LIMIT - FRAME - "base64".length + "utf8".length) / 4),
  ],
])("a body of %s travels in the message up to the very limit, and apart over it", (_case, bodyOf, most) => {
  const fits = messageOf(request({ body: bodyOf(most) }), LIMIT);
  expect(fits).not.toHaveProperty("claim");
  expect(messageBytes(fits ?? { body: "", trusted: "" })).toBeLessThanOrEqual(LIMIT);

  const body = bodyOf(most + 1);
  const apart = messageOf(request({ body }), LIMIT);
  const sha256 = createHash("sha256").update(body).digest("hex");
  const claim = { key: "inflight/JKJaXmPLvHcESHA=", bytes: most + 1, sha256 };
  expect(apart).toMatchObject({ claim, body: JSON.stringify({ query: "", headers: {}, claim }) });
});

test("headers and a query that are too large by themselves make no message", () => {
  const body = "a".repeat(2_000);
  const frame = messageBytes(messageOf(request({ body }), 1_024) ?? { body: "", trusted: "" });
  expect(messageOf(request({ body, query: "q".repeat(1_024 - frame) }), 1_024)).toBeDefined();
  expect(messageOf(request({ body, query: "q".repeat(1_024 - frame + 1) }), 1_024)).toBeUndefined();
});

const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) });
const pathText = fc.string({ unit: "binary" }).map((rest) => rest.replace(/[\u0000-\u001f\u007f\ufffe\uffff]/g, ""));
const anyBody = fc
  .tuple(
    fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      anyText.map((text) => Buffer.from(text)),
    ),
    fc.nat(12),
  )
  .map(([piece, times]) => Buffer.concat(Array.from({ length: 1 + times ** 2 }, () => piece)));
const anyRequest = fc.record({
  requestId: fc.stringMatching(/^[A-Za-z0-9_=+/-]{1,40}$/),
  epochMs: fc.nat({ max: 4_102_444_800_000 }),
  sourceIp: fc.oneof(fc.ipV4(), fc.ipV6()),
  method: fc.constantFrom("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "M-SEARCH"),
  path: pathText.map((rest) => `/${rest}`),
  query: anyText,
  headers: fc.dictionary(fc.oneof(anyText, fc.constantFrom("__proto__", "x-github-delivery")), anyText),
  body: anyBody,
});

test("what the consumer reads is what the publisher was given, inline or by claim check", () => {
  const limit = fc.integer({ min: 1_024, max: 3_000 });
  const seen = { event: 0, claim: 0, none: 0 };
  fc.assert(
    fc.property(anyRequest, limit, (given, maximumMessageBytes) => {
      const message = messageOf(given, maximumMessageBytes);
      if (message === undefined) {
        seen.none++;
        return;
      }
      // SQS takes it, by rules that were written apart from these.
      const attributes = messageAttributes(message);
      checkMessage(message.body, attributes, maximumMessageBytes);
      expect(messageBytes(message)).toBe(bytesAsSqsCounts(message.body, attributes));

      const parsed = parseMessage(received(message), LAMBDA_RULES);
      if (parsed.kind !== "event" && parsed.kind !== "claim") throw new Error(parsed.kind);
      const { epochMs, body, ...facts } = given;
      const { requestId, receivedAt, sourceIp, method, path, query, headers } = parsed.event;
      expect({ requestId, sourceIp, method, path, query, headers }).toEqual(facts);
      expect(receivedAt).toBe(new Date(epochMs).toISOString());
      if (parsed.kind === "event") expect(Buffer.compare(parsed.event.body, body)).toBe(0);
      else expect(parsed).toMatchObject({ kind: "claim", claim: { ...message.claim, bytes: body.byteLength } });
      seen[parsed.kind]++;
    }),
    { numRuns: 1_000 },
  );
  expect(seen.event).toBeGreaterThan(50);
  expect(seen.claim).toBeGreaterThan(50);
});

test("around the limit, one more byte never makes a message too large", () => {
  fc.assert(
    fc.property(fc.integer({ min: -300, max: 300 }), fc.constantFrom("a", '"', "é", "\u0000"), (offset, unit) => {
      const message = messageOf(request({ body: Buffer.alloc(4_096 - FRAME + offset, unit) }), 4_096);
      expect(message && messageBytes(message)).toBeLessThanOrEqual(4_096);
    }),
  );
});
