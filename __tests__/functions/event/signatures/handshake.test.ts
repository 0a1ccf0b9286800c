import { createHmac } from "node:crypto";
import { handshakeAnswer } from "../../../../functions/event/signatures/handshake";
import { SENDERS, type Sender, signedRequest } from "./senders";

function sender(name: string): Sender {
  const found = SENDERS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no sender ${name}`);
  return found;
}

function answer(name: string, message: unknown, secrets?: readonly string[]) {
  const from = sender(name);
  const body = Buffer.from(typeof message === "string" ? message : JSON.stringify(message));
  return handshakeAnswer(signedRequest(from, { body }), from.form, secrets ?? [from.secret]);
}

const JSON_HEADERS = { "content-type": "application/json" };
const CHALLENGE = {
  token: "Jhj5dZrVaK7ZwHHjRyZWjbDl",
  challenge: "3eZbrw1aBm2rZgRNFdxV2595E9",
  type: "url_verification",
};
const VALIDATION = {
  payload: { plainToken: "qgg8vlvZRS6UYooatFL8Aw" },
  event_ts: 1_654_503_849_680,
  event: "endpoint.url_validation",
};
const zoomAnswer = (secret: string) => ({
  statusCode: 200,
  headers: JSON_HEADERS,
  body: JSON.stringify({
    plainToken: VALIDATION.payload.plainToken,
    encryptedToken: createHmac("sha256", secret).update(VALIDATION.payload.plainToken).digest("hex"),
  }),
});

test("Slack's challenge is echoed", () => {
  const body = JSON.stringify({ challenge: CHALLENGE.challenge });
  expect(answer("slack", CHALLENGE)).toEqual({ statusCode: 200, headers: JSON_HEADERS, body });
});

test("Zoom's plain token comes back with its HMAC", () => {
  expect(answer("zoom", VALIDATION)).toEqual(zoomAnswer(sender("zoom").secret));
});

test("during a rotation Zoom's answer is by the secret that Zoom signed with", () => {
  const { secret, otherSecret } = sender("zoom");
  expect(answer("zoom", VALIDATION, [otherSecret, secret])).toEqual(zoomAnswer(secret));
});

test("Discord's PINGs are answered: an interaction's by a PONG, a webhook event's by 204 without a body", () => {
  expect(answer("discord", { type: 1 })).toEqual({ statusCode: 200, headers: JSON_HEADERS, body: '{"type":1}' });
  expect(answer("discord", { type: 0, version: 1 })).toEqual({ statusCode: 204, headers: JSON_HEADERS, body: "" });
});

test.each([
  ["slack", { type: "event_callback", event_id: "Ev1", challenge: "no" }],
  ["slack", { type: "url_verification" }],
  ["slack", { type: "url_verification", challenge: { a: 1 } }],
  ["slack", "token=abc&command=%2Fhello"],
  ["slack", "null"],
  ["slack", ""],
  ["zoom", { event: "meeting.started", payload: { plainToken: "a" } }],
  ["zoom", { event: "endpoint.url_validation", payload: null }],
  ["zoom", { event: "endpoint.url_validation" }],
  ["zoom", { event: "endpoint.url_validation", payload: { plainToken: 7 } }],
  ["discord", { type: 1, event: { type: "ENTITLEMENT_CREATE" } }],
  ["discord", { type: 2, data: {} }],
  ["github", { type: "url_verification", challenge: "abc" }],
  ["stripe", { type: 1 }],
])("%s: %j is no handshake", (name, message) => {
  expect(answer(name, message)).toBeUndefined();
});

test.each([
  ["slack", CHALLENGE],
  ["zoom", VALIDATION],
  ["discord", { type: 1 }],
  ["discord", { type: 0 }],
])("a stranger's handshake with %s is not answered", (name, message) => {
  const from = sender(name);
  const body = Buffer.from(JSON.stringify(message));
  const forged = signedRequest(from, { body, secret: from.otherSecret });
  expect(handshakeAnswer(forged, from.form, [from.secret])).toBeUndefined();
  expect(handshakeAnswer({ ...forged, headers: {} }, from.form, [from.secret])).toBeUndefined();
});

test("Zoom's handshake signs nothing that could be an event's signature, not even for who can sign", () => {
  const wanted = 'v0:1700000000:{"event":"meeting.deleted"}';
  expect(answer("zoom", { event: "endpoint.url_validation", payload: { plainToken: wanted } })).toBeUndefined();
});
