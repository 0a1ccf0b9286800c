import { type Call, decide, PolicyUnknown, readPolicy } from "../../local/iam";

const QUEUE = "arn:aws:sqs:us-east-1:000000000000:events";
const ROLE = "arn:aws:iam::000000000000:role/consume";
const CALL: Call = {
  action: "sqs:SendMessage",
  resource: QUEUE,
  principal: ROLE,
  context: { "aws:securetransport": "true" },
};
type Written = Record<string, unknown>;
const allow = (more: Written = {}): Written => ({
  Effect: "Allow",
  Action: "sqs:SendMessage",
  Resource: QUEUE,
  ...more,
});
const deny = (more: Written = {}): Written => allow({ Effect: "Deny", ...more });
const policy = (address: string, ...statements: Written[]) => readPolicy(address, { Statement: statements });

test.each<[what: string, statement: Written, isAllowed: boolean]>([
  ["the very action and resource", allow(), true],
  ["one of several actions", allow({ Action: ["sqs:DeleteMessage", "sqs:SendMessage"] }), true],
  ["an action in another case", allow({ Action: "SQS:sendmessage" }), true],
  ["an action with a wildcard", allow({ Action: "sqs:Send*" }), true],
  ["a wildcard for one character", allow({ Action: "sqs:SendMessag?" }), true],
  ["every resource", allow({ Resource: "*" }), true],
  ["a resource with a wildcard", allow({ Resource: "arn:aws:sqs:*:*:ev*" }), true],
  ["another action", allow({ Action: "sqs:DeleteMessage" }), false],
  ["an action of which it is only the beginning", allow({ Action: "sqs:SendMessageBatch" }), false],
  ["another resource", allow({ Resource: `${QUEUE}-other` }), false],
  ["a resource in another case", allow({ Resource: QUEUE.toUpperCase() }), false],
  ["a dot, which is no wildcard", allow({ Resource: QUEUE.replace("events", "event.") }), false],
  ["every action but this", allow({ Action: undefined, NotAction: "sqs:SendMessage" }), false],
  ["every action but another", allow({ Action: undefined, NotAction: "sqs:DeleteMessage" }), true],
  ["every resource but this", allow({ Resource: undefined, NotResource: QUEUE }), false],
  ["a condition that holds", allow({ Condition: { Bool: { "aws:SecureTransport": "true" } } }), true],
  ["a condition that does not hold", allow({ Condition: { Bool: { "aws:SecureTransport": "false" } } }), false],
  [
    "a condition on something that is not known",
    allow({ Condition: { StringEquals: { "aws:SourceAccount": "1" } } }),
    false,
  ],
  ["the same, if it exists", allow({ Condition: { StringEqualsIfExists: { "aws:SourceAccount": "1" } } }), true],
  [
    "two conditions of which one holds",
    allow({ Condition: { Bool: { "aws:SecureTransport": "true", "a:b": "true" } } }),
    false,
  ],
])("a role with %s: %s", (_, statement, isAllowed) => {
  expect(decide(CALL, [policy("role", statement)], []).allowed).toBe(isAllowed);
});

test("refuses what no policy allows", () => {
  expect(decide(CALL, [], [])).toEqual({ allowed: false });
});

test("says which policy allows", () => {
  const policies = [policy("first", allow({ Action: "sqs:DeleteMessage" })), policy("second", allow())];
  expect(decide(CALL, policies, [])).toEqual({ allowed: true, by: "second" });
});

test("lets a denial win over any permission, whatever the order", () => {
  const [permission, denial] = [policy("permission", allow()), policy("denial", deny())];
  expect(decide(CALL, [permission, denial], [])).toEqual({ allowed: false, deniedBy: "denial" });
  expect(decide(CALL, [denial, permission], [])).toEqual({ allowed: false, deniedBy: "denial" });
});

test.each<[what: string, principal: unknown, isAllowed: boolean]>([
  ["everybody", "*", true],
  ["every AWS principal", { AWS: "*" }, true],
  ["this role", { AWS: ROLE }, true],
  ["another role", { AWS: `${ROLE}-other` }, false],
  ["a service", { Service: "lambda.amazonaws.com" }, false],
  ["nobody", undefined, false],
])("a queue's own policy may allow %s", (_, Principal, isAllowed) => {
  expect(decide(CALL, [], [policy("queue", allow({ Principal }))]).allowed).toBe(isAllowed);
});

test("lets a queue's own policy deny what the role allows", () => {
  const queue = policy("queue", deny({ Principal: "*", Action: "sqs:*" }));
  expect(decide(CALL, [policy("role", allow())], [queue])).toEqual({ allowed: false, deniedBy: "queue" });
});

test("the TLS-only policy denies nothing on TLS, and everything without", () => {
  const role = policy("role", allow());
  const tlsOnly = policy("tls", deny({ Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } }));
  expect(decide(CALL, [role], [tlsOnly]).allowed).toBe(true);
  const inClear = { ...CALL, context: { "aws:securetransport": "false" } };
  expect(decide(inClear, [role], [tlsOnly])).toEqual({ allowed: false, deniedBy: "tls" });
});

test.each<[what: string, statement: Written, message: string]>([
  [
    "a condition operator",
    allow({ Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } }),
    "condition operator IpAddress; known are Bool, StringEquals, StringLike, ArnEquals, ArnLike",
  ],
  [
    "a part of a statement",
    allow({ NotPrincipal: "*" }),
    "a statement has NotPrincipal; known are Sid, Effect, Action, NotAction, Resource, NotResource, Principal, Condition",
  ],
  ["an effect", allow({ Effect: "allow" }), 'Effect is "allow"'],
])("refuses a policy with %s that it does not know, rather than pass over it", (_, statement, message) => {
  expect(() => policy("role", statement)).toThrow(new PolicyUnknown(message));
});
