import fc from "fast-check";
import { DELIVERY_ID_HEADERS, eventIdOf, sourceOf } from "../../../functions/event/identity";
import { key } from "../../../functions/event/webhook-event";
import { recordKey } from "../../../functions/stores/event-store";

test.each([
  ["/", "root"],
  ["//", "root"],
  ["/github", "github"],
  ["/github/", "github"],
  ["/github/a/b", "github"],
  ["//github", "github"],
  ["/a#b/c", "a%23b"],
  ["/#rejected#x", "%23rejected%23x"],
  ["/with space", "with space"],
])("the source of %j is %j", (path, source) => {
  expect(sourceOf(path)).toBe(source);
});

test.each([
  ["the request id when no header names the delivery", {}, "request-1"],
  ["the request id when the header is blank", { "webhook-id": " " }, "request-1"],
  ["GitHub's", { "x-github-delivery": "gh" }, "gh"],
  ["Standard Webhooks'", { "webhook-id": "sw" }, "sw"],
  ["Svix's", { "svix-id": "sv" }, "sv"],
  ["Shopify's", { "x-shopify-webhook-id": "sh" }, "sh"],
  ["PayPal's", { "paypal-transmission-id": "pp" }, "pp"],
  ["Twilio's", { "i-twilio-idempotency-token": "tw" }, "tw"],
  ["the first in the table when several are there", { "svix-id": "sv", "webhook-id": "sw" }, "sw"],
  ["never an unrelated header", { "x-request-id": "other" }, "request-1"],
])("the event id is %s", (_case, headers, eventId) => {
  expect(eventIdOf(headers, "request-1")).toBe(eventId);
});

test("the event id does not depend on the case or the order of headers", () => {
  const headers = fc.dictionary(fc.constantFrom(...DELIVERY_ID_HEADERS, "content-type"), fc.string());
  fc.assert(
    fc.property(headers, fc.infiniteStream(fc.boolean()), (given, chance) => {
      const changed = Object.entries(given)
        .map(([name, value]) => [chance.next().value === true ? name.toUpperCase() : name, value] as const)
        .reverse();
      expect(eventIdOf(Object.fromEntries(changed), "request-1")).toBe(eventIdOf(given, "request-1"));
    }),
  );
});

test("the key of an event is unambiguous and never in a key space of records", () => {
  const identity = fc.record({ path: fc.string().map((rest) => `/${rest}`), eventId: fc.string() });
  const state = fc.constantFrom("rejected", "failed", "conflict");
  fc.assert(
    fc.property(identity, state, fc.string(), ({ path, eventId }, recordState, requestId) => {
      const source = sourceOf(path);
      const stored = key({ source, eventId });
      const separator = stored.indexOf("#");
      expect([stored.slice(0, separator), stored.slice(separator + 1)]).toEqual([source, eventId]);
      expect(source).not.toBe("");
      expect(recordKey({ state: recordState, requestId, messageId: "m" })).toMatch(/^#/);
      expect(stored).not.toMatch(/^#/);
    }),
  );
});

test.each([
  [{ state: "failed", requestId: "r1", messageId: "m1" }, "#failed#r1"],
  [{ state: "rejected", messageId: "m1" }, "#rejected#message:m1"],
] as const)("the record %j has the key %s", (record, expected) => {
  expect(recordKey(record)).toBe(expected);
});
