import { escapeForTerraform, messageAttributes } from "../../stacks/direct-message";
import { headerSet, headerSets, headersOf, SENDER_NAMES } from "../../stacks/header-sets";

const SETS = ["default", ...SENDER_NAMES] as const;

test("a message has three attributes: what only the API knows, the values of the set's headers by position, the request id again", () => {
  expect(JSON.parse(messageAttributes(headerSet("stripe")))).toEqual({
    trusted: {
      DataType: "String",
      StringValue:
        "direct stripe ${context.requestId} ${context.requestTimeEpoch} ${context.identity.sourceIp} ${context.httpMethod} ${context.path}",
    },
    headers: {
      DataType: "String",
      StringValue: "-${request.header.content-type}\n${request.header.user-agent}\n${request.header.stripe-signature}",
    },
    end: { DataType: "String", StringValue: "${context.requestId}" },
  });
});

test.each(SETS)("the set %s fits into the 512 characters of a request parameter", (set) => {
  expect(messageAttributes(headerSet(set)).length).toBeLessThanOrEqual(512);
});

test.each(SENDER_NAMES.filter((name) => name !== "paypal"))(
  "the set %s has content type and user agent first",
  (set) => {
    expect(headersOf(set).slice(0, 2)).toEqual(["content-type", "user-agent"]);
  },
);

test.each(SETS)("the set %s has lower-case names, none twice", (set) => {
  const names = headersOf(set);
  expect(names).toEqual([...new Set(names.map((name) => name.toLowerCase()))]);
});

test.each([
  ["github", "x-hub-signature-256"],
  ["standard-webhooks", "webhook-signature"],
  ["svix", "svix-signature"],
  ["stripe", "stripe-signature"],
  ["shopify", "x-shopify-hmac-sha256"],
  ["slack", "x-slack-signature"],
  ["square", "x-square-hmacsha256-signature"],
  ["twilio", "x-twilio-signature"],
  ["zoom", "x-zm-signature"],
  ["discord", "x-signature-ed25519"],
  ["paypal", "paypal-transmission-sig"],
] as const)("the set %s carries the signature in %s", (set, header) => {
  expect(headersOf(set)).toContain(header);
});

test("the consumer is told every set, whoever the senders are now: yesterday's messages may still come", () => {
  expect(headerSets()).toEqual(Object.fromEntries(SETS.map((set) => [set, headersOf(set)])));
});

test("what Terraform would take as its own interpolation is escaped", () => {
  expect(escapeForTerraform("a ${context.path} $request.body ${b}")).toBe("a $${context.path} $request.body $${b}");
});
