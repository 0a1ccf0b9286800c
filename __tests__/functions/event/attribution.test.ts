import {
  attributed,
  claimedAttribution,
  signedRequestOf,
  unclaimedAttribution,
} from "../../../functions/event/attribution";
import type { Verdict } from "../../../functions/event/signatures/signed-request";
import type { Source } from "../../../functions/event/source";
import { webhookEvent } from "../factories";
import { sender, sourceOf, unsignedSource } from "../sources";

const github = sourceOf(sender("github"));
const types = { header: "x-github-event", accept: ["push"] };
const PUSH = { "x-github-event": "push" };
const STAR = { "x-github-event": "star" };
const VERIFIED: Verdict = { verified: true };
const FORGED: Verdict = { verified: false, reason: "SIGNATURE_MISMATCH" };
const AS_ITSELF = { kind: "event", attribution: { source: "github", eventId: "delivery-1" } };
const APART = {
  kind: "event",
  attribution: { source: "unverified:github", eventId: "delivery-1", unverified: "SIGNATURE_MISMATCH" },
};
const REFUSED = { kind: "refused", reason: "SIGNATURE_MISMATCH" };

test.each<[string, Partial<Source>, Record<string, string>, Verdict, object]>([
  ["verified", {}, {}, VERIFIED, AS_ITSELF],
  ["forged", {}, {}, FORGED, REFUSED],
  ["forged, and accepted all the same", { onUnverified: "accept" }, {}, FORGED, APART],
  ["verified, where forged ones are accepted", { onUnverified: "accept" }, {}, VERIFIED, AS_ITSELF],
  ["of a type that is wanted", { types }, PUSH, VERIFIED, AS_ITSELF],
  ["of a type that is not", { types }, STAR, VERIFIED, { kind: "filtered" }],
  ["of no type", { types }, {}, VERIFIED, AS_ITSELF],
  ["forged and of a type that is not wanted", { types }, STAR, FORGED, REFUSED],
  ["the same, accepted", { types, onUnverified: "accept" }, STAR, FORGED, { kind: "filtered" }],
])("what becomes of an event that is %s", (_case, given, headers, verdict, expected) => {
  const source = { ...github, ...given };
  const event = webhookEvent({ headers: { ...headers, "x-github-delivery": "delivery-1" } });
  expect(attributed(event, source, claimedAttribution(event, source), verdict)).toEqual(expected);
});

test("an event whose identity rule finds nothing has the request's id, and says so", () => {
  expect(claimedAttribution(webhookEvent({ requestId: "r1" }), github)).toEqual({
    source: "github",
    eventId: "r1",
    identityMissing: "no header x-github-delivery",
  });
});

test("a path below a source's name that it does not claim cannot write its keys", () => {
  const request = webhookEvent({ path: "/github/evil", headers: { "x-github-delivery": "delivery-1" } });
  expect(unclaimedAttribution(request, [github])).toEqual({ source: "unclaimed:github", eventId: "delivery-1" });
});

test.each([
  ["GET", "hello from /open", ""],
  ["DELETE", "hello from /open", ""],
  ["GET", "hello", "hello"],
  ["POST", "hello from /open", "hello from /open"],
])("the body that a sender signs is not what the ingress put in its place: %s %j", (method, body, signed) => {
  const request = signedRequestOf(webhookEvent({ method, path: "/open", body }), unsignedSource());
  expect(Buffer.from(request.body).toString()).toBe(signed);
});

test("a signature is about the public URL with what the request has beyond the source's path", () => {
  const square = sourceOf(sender("square"), { path: "/square/*" });
  expect(signedRequestOf(webhookEvent({ path: "/square/eu", query: "a=1" }), square)).toMatchObject({
    publicUrl: "https://hooks.example.com/sender/eu?a=1",
    receivedAtMs: 1_700_000_000_123,
  });
  expect(signedRequestOf(webhookEvent({ path: "/github" }), github)).not.toHaveProperty("publicUrl");
});
