import fc from "fast-check";
import { decodeEnvelope, encodeEnvelope } from "../../../functions/event/envelope";
import { UNVERIFIED_CODES } from "../../../functions/event/signatures/signed-request";

const CLAIM = { key: "inflight/r1", bytes: 300_000, sha256: "0".repeat(64) };

test("an envelope has its members in a fixed order", () => {
  const content = Buffer.from('{"zen":"é"}');
  expect(encodeEnvelope({ query: "a=1", headers: { b: "2", a: "1" }, content })).toBe(
    '{"query":"a=1","headers":{"b":"2","a":"1"},"encoding":"utf8","body":"{\\"zen\\":\\"é\\"}"}',
  );
});

test("a claim check stands in the place of the body", () => {
  expect(encodeEnvelope({ query: "", headers: {}, content: CLAIM })).toBe(
    `{"query":"","headers":{},"claim":{"key":"inflight/r1","bytes":300000,"sha256":"${"0".repeat(64)}"}}`,
  );
});

test.each([
  ["empty", "", "utf8"],
  ["text", "zen \t\r\n é 😀", "utf8"],
  ["text with a byte order mark", "\ufeff{}", "utf8"],
  ["text with U+FFFD", "\ufffd", "utf8"],
  ["no UTF-8", Buffer.from([0xff, 0xfe]), "base64"],
  ["half a character", Buffer.from([0xc3]), "base64"],
  ["a surrogate in UTF-8", Buffer.from([0xed, 0xa0, 0x80]), "base64"],
  ["a character that SQS refuses", "\u0000", "base64"],
  ["a character that is none", "\ufffe", "base64"],
  ["gzip", Buffer.from([0x1f, 0x8b, 0x08, 0x00]), "base64"],
])("a body that is %s travels as it can, and comes back", (_case, body, encoding) => {
  const content = Buffer.from(body);
  const text = encodeEnvelope({ query: "", headers: {}, content });
  expect(JSON.parse(text)).toMatchObject({ encoding });
  expect(decodeEnvelope(text)).toEqual({ query: "", headers: {}, content });
});

test("whose event it is stands before the body", () => {
  const event = { source: "github", eventId: "d1" };
  expect(encodeEnvelope({ query: "", headers: {}, content: Buffer.from("{}"), event })).toBe(
    '{"query":"","headers":{},"event":{"source":"github","eventId":"d1"},"encoding":"utf8","body":"{}"}',
  );
});

const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) });
const headers = fc.dictionary(fc.oneof(anyText, fc.constant("__proto__")), anyText);
const content = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  anyText.map((text) => Buffer.from(text)),
  fc.constant(CLAIM),
);

const event = fc.record(
  {
    source: anyText.map((text) => `a${text.replaceAll("#", "")}`),
    eventId: anyText,
    unverified: fc.constantFrom(...UNVERIFIED_CODES),
  },
  { requiredKeys: ["source", "eventId"] },
);
const anyEnvelope = fc.record(
  { query: anyText, headers, content, event },
  { requiredKeys: ["query", "headers", "content"] },
);

test("whatever is encoded comes back, and SQS takes every character of it", () => {
  fc.assert(
    fc.property(anyEnvelope, (envelope) => {
      const text = encodeEnvelope(envelope);
      expect(text).not.toMatch(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u);
      const decoded = decodeEnvelope(text);
      expect(decoded).toEqual(envelope);
      expect(Object.entries(decoded?.headers ?? {})).toEqual(Object.entries(envelope.headers));
    }),
    { numRuns: 1_000 },
  );
});

const whole = { query: "", headers: {}, encoding: "utf8", body: "" };
const claimed = { query: "", headers: {}, claim: CLAIM };

test.each<[string, unknown]>([
  ["null", null],
  ["an array", []],
  ["a text", "hello"],
  ["without query", { headers: {}, encoding: "utf8", body: "" }],
  ["without headers", { query: "", encoding: "utf8", body: "" }],
  ["without body", { query: "", headers: {}, encoding: "utf8" }],
  ["without encoding", { query: "", headers: {}, body: "" }],
  ["with a member too many", { ...whole, path: "/" }],
  ["with a query that is no text", { ...whole, query: 1 }],
  ["with headers that are an array", { ...whole, headers: [] }],
  ["with a header that is no text", { ...whole, headers: { a: ["1"] } }],
  ["with another encoding", { ...whole, encoding: "hex" }],
  ["with a body that is no text", { ...whole, body: {} }],
  ["with base64 that is none", { ...whole, encoding: "base64", body: "a?==" }],
  ["with base64 without padding", { ...whole, encoding: "base64", body: "YQ" }],
  ["with body and claim", { ...whole, claim: CLAIM }],
  ["with a claim that is null", { ...claimed, claim: null }],
  ["with a claim without key", { ...claimed, claim: { bytes: 1, sha256: CLAIM.sha256 } }],
  ["with a claim with a member too many", { ...claimed, claim: { ...CLAIM, bucket: "other" } }],
  ["with a key that is no text", { ...claimed, claim: { ...CLAIM, key: 1 } }],
  ["with a negative length", { ...claimed, claim: { ...CLAIM, bytes: -1 } }],
  ["with a length that is no number", { ...claimed, claim: { ...CLAIM, bytes: "300000" } }],
  ["with half a byte", { ...claimed, claim: { ...CLAIM, bytes: 0.5 } }],
  ["with a short SHA-256", { ...claimed, claim: { ...CLAIM, sha256: "00" } }],
  ["with an event that is no object", { ...whole, event: "github" }],
  ["with an event without a source", { ...whole, event: { eventId: "d1" } }],
  ["with an event without an id", { ...whole, event: { source: "github" } }],
  ["with an event of a source with a #", { ...whole, event: { source: "github#d1", eventId: "" } }],
  ["with an event of no source", { ...whole, event: { source: "", eventId: "d1" } }],
  ["with an event with a member too many", { ...whole, event: { source: "github", eventId: "d1", verified: true } }],
  [
    "with an event that is unverified for no known reason",
    { ...whole, event: { source: "a", eventId: "b", unverified: "" } },
  ],
  ["with a SHA-256 in capitals", { ...claimed, claim: { ...CLAIM, sha256: "A".repeat(64) } }],
])("an envelope that is %s is none", (_case, envelope) => {
  expect(decodeEnvelope(JSON.stringify(envelope))).toBeUndefined();
});

test.each(["", "{", "hello", `${JSON.stringify(whole)} x`])("the text %j is no envelope", (text) => {
  expect(decodeEnvelope(text)).toBeUndefined();
});
