import type { SQSRecord } from "aws-lambda";
import fc from "fast-check";
import { parseDirectMessage } from "../../../functions/event/direct-message";
import { directRecord, HEADER_SETS, RULES, sqsRecord, type stringAttribute } from "../factories";

const rejectionOf = (record: SQSRecord, rules: Parameters<typeof parseDirectMessage>[1] = RULES) => {
  const parsed = parseDirectMessage(record, rules);
  return parsed.kind === "rejection" ? parsed.rejection : undefined;
};

test("a message of the direct ingress becomes an event", () => {
  const record = directRecord({
    headerSet: "github",
    headers: { "content-type": "application/json", "x-github-event": "ping", "x-github-delivery": "72d3162e" },
    path: "/github/app",
    body: '{"zen":"é"}',
  });
  expect(parseDirectMessage(record, RULES)).toEqual({
    kind: "event",
    event: {
      source: "github",
      eventId: "72d3162e",
      requestId: "JKJaXmPLvHcESHA=",
      messageId: "message-1",
      receivedAt: "2023-11-14T22:13:20.123Z",
      method: "POST",
      path: "/github/app",
      sourceIp: "203.0.113.7",
      headers: { "content-type": "application/json", "x-github-event": "ping", "x-github-delivery": "72d3162e" },
      body: Buffer.from('{"zen":"é"}'),
    },
  });
});

test("a body that imitates a message changes nothing", () => {
  const body = JSON.stringify(directRecord({ requestId: "other", path: "/github" }));
  const parsed = parseDirectMessage(directRecord({ body }), RULES);
  expect(parsed).toMatchObject({ kind: "event", event: { source: "hello", requestId: "JKJaXmPLvHcESHA=" } });
});

test.each(["/", "/with space/é", "/a%20b", "/x?y"])("the path %j is taken as it is", (path) => {
  expect(parseDirectMessage(directRecord({ path }), RULES)).toMatchObject({ kind: "event", event: { path } });
});

test("an IPv6 sender is taken", () => {
  const trusted = "direct default r1 1700000000123 2001:db8::7 POST /hello";
  const parsed = parseDirectMessage(directRecord({ requestId: "r1", attributes: { trusted } }), RULES);
  expect(parsed).toMatchObject({ kind: "event", event: { sourceIp: "2001:db8::7" } });
});

const trusted = (value: string) => directRecord({ attributes: { trusted: value } });
const inSet = (name: string) => trusted(`direct ${name} JKJaXmPLvHcESHA= 1700000000123 203.0.113.7 POST /hello`);
const lines = (...values: string[]) =>
  directRecord({ requestId: "r1", attributes: { headers: `-${values.join("\n")}` } });
const withEnd = (end: string) => directRecord({ requestId: "r1", attributes: { end } });

test.each([
  ["no attributes", sqsRecord({}), "ATTRIBUTES_UNEXPECTED"],
  ["no trusted attribute", directRecord({ attributes: { trusted: undefined } }), "ATTRIBUTES_UNEXPECTED"],
  ["no headers", directRecord({ attributes: { headers: undefined } }), "ATTRIBUTES_UNEXPECTED"],
  ["a fourth attribute", directRecord({ attributes: { form: "direct" } }), "ATTRIBUTES_UNEXPECTED"],
  ["another name", directRecord({ attributes: { headers: undefined, Headers: "" } }), "ATTRIBUTES_UNEXPECTED"],
  ["a trusted attribute without value", withAttribute("trusted", { dataType: "String" }), "ATTRIBUTE_NOT_STRING"],
  ["a Number", withAttribute("headers", { dataType: "Number", stringValue: "1" }), "ATTRIBUTE_NOT_STRING"],
  ["a custom type", withAttribute("headers", { dataType: "String.x", stringValue: "1" }), "ATTRIBUTE_NOT_STRING"],
  ["an empty trusted attribute", trusted(""), "TRUSTED_MALFORMED"],
  ["a field too few", trusted("direct default r1 1700000000123 203.0.113.7 /hello"), "TRUSTED_MALFORMED"],
  ["two spaces", trusted("direct  default r1 1700000000123 203.0.113.7 POST /hello"), "TRUSTED_MALFORMED"],
  ["a space in front", trusted(" direct default r1 1700000000123 203.0.113.7 POST /hello"), "TRUSTED_MALFORMED"],
  ["a line break behind", trusted("direct default r1 1700000000123 203.0.113.7 POST /hello\n"), "TRUSTED_MALFORMED"],
  ["a tab in the path", trusted("direct default r1 1700000000123 203.0.113.7 POST /a\tb"), "TRUSTED_MALFORMED"],
  ["no path", trusted("direct default r1 1700000000123 203.0.113.7 POST hello"), "TRUSTED_MALFORMED"],
  ["a time that is no number", trusted("direct default r1 now 203.0.113.7 POST /hello"), "TRUSTED_MALFORMED"],
  ["a time beyond dates", trusted("direct default r1 9999999999999999 203.0.113.7 POST /"), "TRUSTED_MALFORMED"],
  ["no IP address", trusted("direct default r1 1700000000123 example.org POST /hello"), "TRUSTED_MALFORMED"],
  ["a # in the request id", trusted("direct default r#1 1700000000123 203.0.113.7 POST /hello"), "TRUSTED_MALFORMED"],
  ["another form", trusted("lambda default r1 1700000000123 203.0.113.7 POST /hello"), "FORM_UNEXPECTED"],
  ["another request id at the end", withEnd("r2"), "REQUEST_ID_MISMATCH"],
  ["an empty end", withEnd(""), "REQUEST_ID_MISMATCH"],
  ["something behind the request id at the end", withEnd("r1\n"), "REQUEST_ID_MISMATCH"],
  ["no end", directRecord({ attributes: { end: undefined } }), "ATTRIBUTES_UNEXPECTED"],
  ["a header set that does not exist", directRecord({ headerSet: "gitlab" }), "HEADER_SET_UNKNOWN"],
  ["a header set of the language's own", inSet("constructor"), "HEADER_SET_UNKNOWN"],
  ["a line too many", lines("", "", "", ""), "HEADER_LINES_MISCOUNTED"],
  ["a line too few", lines("", ""), "HEADER_LINES_MISCOUNTED"],
  ["no headers at all", lines(""), "HEADER_LINES_MISCOUNTED"],
  ["headers that begin otherwise", directRecord({ attributes: { headers: "x\n\n" } }), "HEADER_LINES_MISCOUNTED"],
])("a message with %s is rejected", (_case, record, code) => {
  expect(rejectionOf(record)?.code).toBe(code);
});

test("a direct message is rejected in a stack of the other ingress", () => {
  expect(rejectionOf(directRecord(), { ingress: "lambda", headerSets: HEADER_SETS })).toMatchObject({
    code: "FORM_UNEXPECTED",
    detail: 'its form is "direct", the stack\'s ingress is "lambda"',
  });
});

test.each([
  ["allowed", true, "event"],
  ["not allowed", false, "rejection"],
])("a message from an address that is %s", (_case, allowed, kind) => {
  const asked: string[] = [];
  const allowsSourceIp = (sourceIp: string) => asked.push(sourceIp) > 0 && allowed;
  expect(parseDirectMessage(directRecord(), { ...RULES, allowsSourceIp }).kind).toBe(kind);
  expect(asked).toEqual(["203.0.113.7"]);
});

test("an address that is not allowed is named, and the request is believed", () => {
  expect(rejectionOf(directRecord(), { ...RULES, allowsSourceIp: () => false })).toMatchObject({
    code: "SOURCE_IP_NOT_ALLOWED",
    detail: "it is from 203.0.113.7, which no block of allowedCidrs has",
    request: { requestId: "JKJaXmPLvHcESHA=", sourceIp: "203.0.113.7" },
  });
});

test("a rejection keeps the body and the attributes as they came", () => {
  const record = directRecord({ body: "body", attributes: { trusted: "forged" } });
  expect(rejectionOf(record)).toEqual({
    code: "TRUSTED_MALFORMED",
    detail: 'its attribute "trusted" is not "form set requestId time sourceIp method path"',
    messageId: "message-1",
    queuedAt: "2023-11-14T22:13:20.456Z",
    messageAttributes: { trusted: "forged", headers: "-\n\n", end: "JKJaXmPLvHcESHA=" },
    body: Buffer.from("body"),
  });
});

test("a rejection believes the request only when both ends of the message agree", () => {
  expect(rejectionOf(directRecord({ headerSet: "gitlab", requestId: "r1" }))?.request).toEqual({
    requestId: "r1",
    receivedAt: "2023-11-14T22:13:20.123Z",
    method: "POST",
    path: "/hello",
    sourceIp: "203.0.113.7",
  });
  expect(rejectionOf(withEnd("r2"))?.request).toBeUndefined();
});

test("nothing that comes makes it throw", () => {
  const attribute = fc.record(
    { dataType: fc.constantFrom("String", "Number", "Binary"), stringValue: fc.string() },
    { requiredKeys: ["dataType"] },
  );
  const names = fc.oneof(fc.constantFrom("trusted", "headers", "__proto__"), fc.string());
  fc.assert(
    fc.property(fc.dictionary(names, attribute), fc.string(), (messageAttributes, sentTimestamp) => {
      const record = sqsRecord({ messageAttributes: messageAttributes as SQSRecord["messageAttributes"] });
      record.attributes.SentTimestamp = sentTimestamp;
      expect(rejectionOf(record)?.queuedAt).toMatch(/Z$/);
    }),
  );
});

function withAttribute(name: string, attribute: { dataType: string; stringValue?: string }): SQSRecord {
  const record = directRecord();
  record.messageAttributes[name] = attribute as ReturnType<typeof stringAttribute>;
  return record;
}
