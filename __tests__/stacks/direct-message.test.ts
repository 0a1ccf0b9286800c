import { escapeForTerraform, messageAttributes } from "../../stacks/direct-message";
import { headerSets, headersOf, SENDER_NAMES } from "../../stacks/header-sets";

const SETS = ["default", ...SENDER_NAMES] as const;

test("a message has two attributes: what only the API knows, and the values of the set's headers by position", () => {
  expect(JSON.parse(messageAttributes("stripe"))).toEqual({
    trusted: {
      DataType: "String",
      StringValue:
        "direct stripe ${context.requestId} ${context.requestTimeEpoch} ${context.identity.sourceIp} ${context.httpMethod} ${context.path}",
    },
    headers: {
      DataType: "String",
      StringValue:
        "${request.header.content-type}\n${request.header.user-agent}\n${request.header.stripe-signature}\n${context.requestId}",
    },
  });
});

test.each(SETS)("the set %s fits into the 512 characters of a request parameter", (set) => {
  expect(messageAttributes(set).length).toBeLessThanOrEqual(512);
});

test.each(SETS)("the set %s has lower-case names, none twice, content type and user agent first", (set) => {
  const names = headersOf(set);
  expect(names.slice(0, 2)).toEqual(["content-type", "user-agent"]);
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

test("the consumer is told the default set and those of the senders in use, in a fixed order", () => {
  expect(headerSets(["stripe", "github", "stripe"])).toEqual({
    default: headersOf("default"),
    github: headersOf("github"),
    stripe: headersOf("stripe"),
  });
  expect(JSON.stringify(headerSets(["stripe", "github"]))).toBe(JSON.stringify(headerSets(["github", "stripe"])));
});

test("what Terraform would take as its own interpolation is escaped", () => {
  expect(escapeForTerraform("a ${context.path} $request.body ${b}")).toBe("a $${context.path} $request.body $${b}");
});
