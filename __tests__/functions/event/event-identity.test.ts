import fc from "fast-check";
import { DELIVERY_IDS } from "../../../functions/event/delivery-id";
import { identify, isWanted } from "../../../functions/event/event-identity";
import { SCHEMES, type Scheme } from "../../../functions/event/signatures/scheme";
import { verify } from "../../../functions/event/signatures/verify";
import type { IdentityRule } from "../../../functions/event/source";
import { requestOf } from "../../../functions/publish/request";
import { httpRequest } from "../factories";
import { SENDERS, signedRequest } from "./signatures/senders";

const GITHUB = { scheme: "github", secretNames: [] } as const;

function request(body: string | Uint8Array, headers: Record<string, string> = {}, requestId = "request-1") {
  return { headers, body: Buffer.from(body as Uint8Array), receivedAtMs: 0, method: "POST", requestId };
}

const named = (identity: IdentityRule, body: string, headers?: Record<string, string>) =>
  identify(request(body, headers), { signature: GITHUB, identity });

test.each([
  ["a header", { header: "x-github-delivery" }, "{}", { "x-github-delivery": " abc " }, "abc"],
  ["a string in the body", { jsonPointer: "/data/id" }, '{"data":{"id":"evt_1"}}', {}, "evt_1"],
  ["a whole number in the body", { jsonPointer: "/id" }, '{"id":9007199254740991}', {}, "9007199254740991"],
  [
    "the body's hash",
    "content",
    "Hello, World!",
    {},
    "sha256:dffd6021bb2bd5b0af676290809ec3a53191dd81c7f70a4b28688a362182986f",
  ],
  ["the request's id", "request", "{}", {}, "request-1"],
] as const)("an event is named by %s", (_what, rule, body, headers, eventId) => {
  expect(named(rule, body, headers)).toEqual({ eventId });
});

test.each([
  ["the header did not come", { header: "x-id" }, "{}", {}, "no header x-id"],
  ["the header is blank", { header: "x-id" }, "{}", { "x-id": " " }, "no header x-id"],
  ["the header is Object's", { header: "constructor" }, "{}", {}, "no header constructor"],
  ["there is nothing", { jsonPointer: "/id" }, "{}", {}, "no id at /id in the body"],
  ["the body is a form", { jsonPointer: "/id" }, "id=1", {}, "no id at /id in the body"],
  ["the body is empty", { jsonPointer: "/id" }, "", {}, "no id at /id in the body"],
  ["it is an object", { jsonPointer: "/id" }, '{"id":{}}', {}, "no id at /id in the body"],
  ["it is null", { jsonPointer: "/id" }, '{"id":null}', {}, "no id at /id in the body"],
  ["it is an empty text", { jsonPointer: "/id" }, '{"id":""}', {}, "no id at /id in the body"],
  ["it is a fraction", { jsonPointer: "/id" }, '{"id":1.5}', {}, "no id at /id in the body"],
  [
    "it is a number that JSON.parse rounds",
    { jsonPointer: "/id" },
    '{"id":9007199254740993}',
    {},
    "no id at /id in the body",
  ],
] as const)("when %s, the request names the event, and it is said why", (_what, rule, body, headers, missing) => {
  expect(named(rule, body, headers)).toEqual({ eventId: "request-1", missing });
});

test("identity does not depend on the case of headers, in the request and in the rule", () => {
  const cased = fc.constantFrom("x-github-delivery", "X-GitHub-Delivery", "X-GITHUB-DELIVERY");
  fc.assert(
    fc.property(cased, cased, (sent, ruled) => {
      const { headers } = requestOf(httpRequest({ headers: { [sent]: "abc", Date: "today" } }));
      expect(named({ header: ruled }, "{}", { ...headers })).toEqual({ eventId: "abc" });
    }),
  );
});

test("identity does not depend on the order of headers, nor on others", () => {
  const rules: IdentityRule[] = [{ header: "x-id" }, { jsonPointer: "/id" }, "content", "request"];
  fc.assert(
    fc.property(
      fc.constantFrom(...rules),
      fc.dictionary(fc.constantFrom("x-id", "x-other", "date", "user-agent"), fc.string()),
      fc.json(),
      (identity, headers, body) => {
        const reversed = Object.fromEntries(Object.entries(headers).reverse());
        const before = named(identity, body, headers);
        expect(named(identity, body, reversed)).toEqual(before);
        expect(named(identity, body, { ...reversed, "x-more": "1" })).toEqual(before);
      },
    ),
  );
});

describe("identity by content", () => {
  test.each(SENDERS.map((sender) => [sender.name, sender] as const))(
    "%s: is the same for every delivery",
    (_name, sender) => {
      const rule = { signature: { ...sender.form, secretNames: [] }, identity: "content" } as const;
      const first = signedRequest(sender, { atSeconds: 1_700_000_000, id: "msg_1" });
      const retry = signedRequest(sender, { atSeconds: 1_700_000_900, id: "msg_1" });
      const again = signedRequest(sender, { id: "msg_2" });
      const { eventId } = identify({ ...first, requestId: "request-1" }, rule);
      expect(eventId).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(identify({ ...retry, requestId: "request-2" }, rule)).toEqual({ eventId });
      expect(identify({ ...again, requestId: "request-3" }, rule)).toEqual({ eventId });
    },
  );

  /** Whatever fits one captured signature is one event: of the ways to write a form or a URL, none makes a new one. */
  test("a captured Twilio signature fits one event, however its form and its URL are written", () => {
    const sender = SENDERS.find(({ name }) => name === "twilio, form");
    if (sender === undefined) throw new Error("no such sender");
    const rule = { signature: { ...sender.form, secretNames: [] }, identity: "content" } as const;
    const url = "https://a.example/sms?Body=It%27s+fine";
    const captured = signedRequest(sender, { body: Buffer.from("To=%2B1&From=a"), publicUrl: url });
    const { eventId } = identify({ ...captured, requestId: "r" }, rule);
    const forms = ["To=%2B1&From=a", "To=%2b1&From=a", "From=a&To=%2B1", "&From=a&&To=%2B1&", "Fro=ma&To=%2B1"];
    const urls = [url, url.replace("%27", "'"), url.replace(".example", ".example:443")];
    for (const form of forms) {
      for (const publicUrl of urls) {
        const rewritten = { ...captured, body: Buffer.from(form), publicUrl };
        expect(verify(rewritten, sender.form, [sender.secret])).toEqual({ verified: true });
        expect(identify({ ...rewritten, requestId: "r" }, rule)).toEqual({ eventId });
      }
    }
  });

  test("is another one for another body, and for another parameter in Twilio's URL", () => {
    expect(named("content", "a")).not.toEqual(named("content", "b"));
    const rule = { signature: { scheme: "twilio", secretNames: [] }, identity: "content" } as const;
    const at = (publicUrl: string) => identify({ ...request("To=1"), publicUrl }, rule);
    expect(at("https://a.example/?x=1")).not.toEqual(at("https://a.example/?x=2"));
  });
});

test("every scheme has an identity, and says whether its id is signed", () => {
  expect(Object.keys(DELIVERY_IDS).sort()).toEqual([...SCHEMES].sort());
  const unsigned = SCHEMES.filter((scheme) => !DELIVERY_IDS[scheme].isSigned);
  expect(unsigned).toEqual(["github", "shopify", "twilio", "hmac", "shared-token", "basic-auth", "none"]);
});

/** The table against the code: under another id a signed one is no longer verified, an unsigned one is. */
test.each(
  SENDERS.flatMap((sender) => {
    const { identity, isSigned } = DELIVERY_IDS[sender.form.scheme];
    return typeof identity === "object"
      ? [[sender.name, isSigned ? "is" : "is not", sender, identity, isSigned] as const]
      : [];
  }),
)("the id of %s %s signed", (_name, _is, sender, identity, isSigned) => {
  const body = Buffer.from(sender.name === "twilio, form" ? "a=1" : '{"id":"one","event_id":"one"}');
  const signed = signedRequest(sender, { body, id: "one" });
  const changed =
    "header" in identity
      ? { ...signed, headers: { ...signed.headers, [identity.header]: "two" } }
      : { ...signed, body: Buffer.from(body.toString().replaceAll("one", "two")) };
  const form: Scheme = sender.form;
  const rule = { signature: { ...form, secretNames: [] }, identity };
  expect(identify({ ...changed, requestId: "r" }, rule)).toEqual({ eventId: "two" });
  expect(verify(changed, form, [sender.secret]).verified).toBe(!isSigned);
});

test.each([
  ["wanted", { header: "x-github-event", accept: ["push", "ping"] }, "{}", { "x-github-event": "push" }, true],
  ["not wanted", { header: "x-github-event", accept: ["push"] }, "{}", { "x-github-event": "star" }, false],
  ["wanted", { jsonPointer: "/type", accept: ["invoice.paid"] }, '{"type":"invoice.paid"}', {}, true],
  ["not wanted", { jsonPointer: "/type", accept: ["invoice.paid"] }, '{"type":"Invoice.paid"}', {}, false],
  ["of no known type, so wanted", { jsonPointer: "/type", accept: ["a"] }, "a=b", {}, true],
  ["of no known type, so wanted", { header: "x-type", accept: ["a"] }, "{}", {}, true],
  ["of a type that is no text, so wanted", { jsonPointer: "/type", accept: ["1"] }, '{"type":1}', {}, true],
] as const)("an event is %s: %j, %s", (_what, types, body, headers, wanted) => {
  expect(isWanted(request(body, headers), types)).toBe(wanted);
});

test("a source without a filter wants every event", () => {
  expect(isWanted(request("{}"), undefined)).toBe(true);
});
