import type { SQSRecord } from "aws-lambda";
import fc from "fast-check";
import { parseMessage } from "../../../functions/event/message";
import { directRecord, LAMBDA_RULES, publisherRecord, RULES, sqsRecord, type stringAttribute } from "../factories";

const rejectionOf = (record: SQSRecord, rules: Parameters<typeof parseMessage>[1] = LAMBDA_RULES) => {
  const parsed = parseMessage(record, rules);
  return parsed.kind === "rejection" ? parsed.rejection : undefined;
};

const CLAIM = { key: "inflight/r1", bytes: 300_000, sha256: "0".repeat(64) };
const claimed = (claim: object) =>
  publisherRecord({ requestId: "r1", envelope: { query: "", headers: { "webhook-id": "w1" }, claim } });

test("a message of the publisher becomes an event, with its query and every header", () => {
  const headers = { "content-type": "application/json", "x-github-delivery": "72d3162e", "x-anything": "1,2" };
  const envelope = { query: "a=1&a=2", headers, encoding: "base64", body: "//4=" };
  expect(parseMessage(publisherRecord({ path: "/github/app", envelope }), LAMBDA_RULES)).toEqual({
    kind: "event",
    event: {
      source: "github",
      eventId: "72d3162e",
      requestId: "JKJaXmPLvHcESHA=",
      messageId: "message-1",
      receivedAt: "2023-11-14T22:13:20.123Z",
      method: "POST",
      path: "/github/app",
      query: "a=1&a=2",
      sourceIp: "203.0.113.7",
      headers,
      body: Buffer.from([0xff, 0xfe]),
    },
  });
});

test("a claim check is an event whose body is to be read from its request's own object", () => {
  const parsed = parseMessage(claimed(CLAIM), LAMBDA_RULES);
  expect(parsed).toMatchObject({ kind: "claim", event: { eventId: "w1", inflightKey: "inflight/r1" }, claim: CLAIM });
  expect(parsed).not.toHaveProperty("event.body");
});

test("an event is whose the publisher says it is, whatever its path and headers say", () => {
  const event = { source: "unverified:shop", eventId: "s1", unverified: "SIGNATURE_MISMATCH" };
  const envelope = { query: "", headers: { "webhook-id": "w1" }, encoding: "utf8", body: "{}", event };
  expect(parseMessage(publisherRecord({ path: "/github", envelope }), LAMBDA_RULES)).toMatchObject({
    kind: "event",
    event,
  });
});

test.each(["inflight/r2", "inflight/r1/", "inflight/../r1", "/inflight/r1", "bodies/stored/r1", "r1", ""])(
  "a claim check for %j is not the request's own, and is rejected",
  (key) => {
    expect(rejectionOf(claimed({ ...CLAIM, key }))).toMatchObject({
      code: "ENVELOPE_MALFORMED",
      detail: `its claim check is for "${key}", its request's own is "inflight/r1"`,
      request: { requestId: "r1" },
    });
  },
);

const trusted = (value: string) => publisherRecord({ trusted: value });
const withAttributes = (...names: string[]) => {
  const record = publisherRecord();
  const value = record.messageAttributes.trusted as ReturnType<typeof stringAttribute>;
  return sqsRecord({ messageAttributes: Object.fromEntries(names.map((name) => [name, value])) });
};
const number: SQSRecord["messageAttributes"][string] = { dataType: "Number", stringValue: "1" };

test.each([
  ["no attributes", sqsRecord({}), "ATTRIBUTES_UNEXPECTED"],
  ["a second attribute", withAttributes("trusted", "headers"), "ATTRIBUTES_UNEXPECTED"],
  ["another name", withAttributes("Trusted"), "ATTRIBUTES_UNEXPECTED"],
  ["a Number", sqsRecord({ messageAttributes: { trusted: number } }), "ATTRIBUTE_NOT_STRING"],
  ["an empty trusted attribute", trusted(""), "TRUSTED_MALFORMED"],
  ["a field too few", trusted("publisher all r1 1700000000123 203.0.113.7 /hello"), "TRUSTED_MALFORMED"],
  ["another form", trusted("lambda all r1 1700000000123 203.0.113.7 POST /hello"), "FORM_UNEXPECTED"],
  ["another header set", trusted("publisher github r1 1700000000123 203.0.113.7 POST /hello"), "HEADER_SET_UNKNOWN"],
  ["no envelope", publisherRecord({ envelope: "hello" }), "ENVELOPE_MALFORMED"],
  ["an empty body", publisherRecord({ envelope: "" }), "ENVELOPE_MALFORMED"],
])("a message with %s is rejected in a stack of lambda ingress", (_case, record, code) => {
  expect(rejectionOf(record)?.code).toBe(code);
});

test("of a message with a second attribute nothing is believed", () => {
  expect(rejectionOf(withAttributes("trusted", "headers"))).not.toHaveProperty("request");
});

describe("a message of the other ingress is rejected", () => {
  test("the direct one in a stack of lambda ingress", () => {
    expect(rejectionOf(directRecord())).toMatchObject({
      code: "FORM_UNEXPECTED",
      detail: 'its form is "direct", the stack\'s ingress is "lambda"',
    });
  });

  test("the publisher's in a stack of direct ingress, and nothing in it is believed", () => {
    const rejection = rejectionOf(publisherRecord(), RULES);
    expect(rejection).toMatchObject({
      code: "FORM_UNEXPECTED",
      detail: 'its form is "publisher", the stack\'s ingress is "direct"',
    });
    expect(rejection).not.toHaveProperty("request");
  });

  test("the publisher's beside the headers that a direct message has", () => {
    const forged = "publisher all FORGED= 1 192.0.2.66 PUT /victim";
    const rejection = rejectionOf(directRecord({ attributes: { trusted: forged } }), RULES);
    expect(rejection?.code).toBe("ATTRIBUTES_UNEXPECTED");
    expect(rejection).not.toHaveProperty("request");
  });
});

test("a direct body that imitates an envelope stays a body", () => {
  const { body } = publisherRecord();
  expect(parseMessage(directRecord({ body }), RULES)).toMatchObject({
    kind: "event",
    event: { body: Buffer.from(body) },
  });
});

test("a rejected envelope is kept as it came, with its request", () => {
  expect(rejectionOf(publisherRecord({ requestId: "r1", envelope: "{}" }))).toEqual({
    code: "ENVELOPE_MALFORMED",
    detail: "its body is not an envelope of the publisher",
    messageId: "message-1",
    queuedAt: "2023-11-14T22:13:20.456Z",
    request: {
      requestId: "r1",
      receivedAt: "2023-11-14T22:13:20.123Z",
      method: "POST",
      path: "/hello",
      sourceIp: "203.0.113.7",
    },
    source: "hello",
    messageAttributes: { trusted: "publisher all r1 1700000000123 203.0.113.7 POST /hello" },
    body: Buffer.from("{}"),
  });
});

test("where the addresses are the publisher's to check, the consumer takes what was accepted", () => {
  expect(parseMessage(publisherRecord(), { ...LAMBDA_RULES, allowsSourceIp: () => false }).kind).toBe("event");
});

test("nothing that comes makes it throw", () => {
  const value = fc.oneof(fc.string(), fc.constant("publisher all r1 1 203.0.113.7 POST /"));
  const name = fc.constantFrom("trusted", "headers", "__proto__");
  const attributes = fc.dictionary(name, fc.record({ dataType: fc.constant("String"), stringValue: value }));
  fc.assert(
    fc.property(attributes, fc.oneof(fc.string(), fc.json()), (messageAttributes, body) => {
      const record = sqsRecord({ body, messageAttributes: messageAttributes as SQSRecord["messageAttributes"] });
      expect(["rejection", "event", "claim"]).toContain(parseMessage(record, LAMBDA_RULES).kind);
    }),
  );
});
