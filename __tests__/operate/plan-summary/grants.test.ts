import { widened, wildcards } from "../../../operate/plan-summary/dangers/grants";

type Statement = Readonly<Record<string, unknown>>;

const policy = (...statements: readonly Statement[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const QUEUE = "arn:aws:sqs:us-east-1:123456789012:events";
const TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/events";
const ONLY_TLS = { Bool: { "aws:SecureTransport": "true" } };
const send: Statement = { Effect: "Allow", Action: "sqs:SendMessage", Resource: QUEUE };
const put: Statement = { Effect: "Allow", Action: ["dynamodb:PutItem"], Resource: TABLE };
const trust = (Principal: unknown): Statement => ({ Effect: "Allow", Action: "sts:AssumeRole", Principal });
const deny: Statement = { Effect: "Deny", Action: "sqs:*", Resource: QUEUE, Principal: "*", Condition: ONLY_TLS };

test.each<[string, Statement[], Statement[], string[]]>([
  ["the same", [send], [send], []],
  ["the same in another order and form", [put, send], [send, { ...put, Action: "dynamodb:PutItem" }], []],
  ["the same with a name", [send], [{ ...send, Sid: "Send" }], []],
  ["fewer statements", [send, put], [send], []],
  ["an action of another case", [send], [{ ...send, Action: "SQS:sendmessage" }], []],
  ["what a wildcard allowed before", [{ ...send, Action: "sqs:*" }], [{ ...send, Action: "sqs:Send*" }], []],
  [
    "a new action",
    [send],
    [{ ...send, Action: ["sqs:SendMessage", "sqs:PurgeQueue"] }],
    ["new action: sqs:PurgeQueue"],
  ],
  ["a wildcard", [send], [{ ...send, Action: "sqs:*" }], ["new action: sqs:*"]],
  ["everything", [send], [{ ...send, Action: "*", Resource: "*" }], ["new action: *", "new resource: *"]],
  ["a new resource", [send], [{ ...send, Resource: [QUEUE, TABLE] }], [`new resource: ${TABLE}`]],
  ["a resource that ends in *", [send], [{ ...send, Resource: `${QUEUE}*` }], [`new resource: ${QUEUE}*`]],
  [
    "old parts in a new combination",
    [send, put],
    [send, put, { ...put, Resource: QUEUE }],
    [`new together: dynamodb:PutItem on ${QUEUE}`],
  ],
  [
    "a new principal",
    [trust({ Service: "lambda.amazonaws.com" })],
    [trust({ Service: ["lambda.amazonaws.com", "edgelambda.amazonaws.com"] })],
    ["new principal: Service edgelambda.amazonaws.com"],
  ],
  ["everybody", [trust({ Service: "lambda.amazonaws.com" })], [trust("*")], ["new principal: *"]],
  [
    "a condition less",
    [{ ...send, Condition: ONLY_TLS }],
    [send],
    [`other or no condition: sqs:SendMessage on ${QUEUE}`],
  ],
  ["a condition more", [send], [{ ...send, Condition: ONLY_TLS }], []],
  ["a Deny less", [send, deny], [send], ["no longer denied: sqs:*"]],
  ["a Deny that denies more", [deny], [{ ...deny, Condition: undefined }], []],
  [
    "everything but something",
    [send],
    [{ Effect: "Allow", NotAction: "iam:*", Resource: "*" }],
    ['everything but: {"Effect":"Allow","NotAction":"iam:*","Resource":"*"}'],
  ],
])("%s: what is wider is named", (_what, before, after, expected) => {
  expect(widened(policy(...before), policy(...after))).toEqual(expected);
});

test("a policy where there was none is new in each part", () => {
  expect(widened(undefined, policy(send))).toEqual(["new action: sqs:SendMessage", `new resource: ${QUEUE}`]);
});

test.each(["", "{}", "[]", "not JSON", "null"])("%j is no policy", (text) => {
  expect(widened(undefined, text)).toBeUndefined();
});

test.each<[Statement, string[]]>([
  [send, []],
  [{ ...send, Resource: "*" }, []],
  [{ ...send, Action: ["s3:Get*", "sqs:*"] }, ["every action: sqs:*"]],
  [{ ...send, Action: "*" }, ["every action: *"]],
  [trust({ AWS: "*" }), ["every principal: *"]],
  [deny, []],
])("of %j, a new policy says too much: %j", (statement, expected) => {
  expect(wildcards(policy(statement))).toEqual(expected);
});

test("a statement with thousands of combinations is compared in its parts, quickly", () => {
  const names = (count: number, of: string) => Array.from({ length: count }, (_, index) => `${of}${index}`);
  const wide = { Effect: "Allow", Action: names(200, "s3:A"), Resource: names(200, "arn:aws:s3:::b") };
  expect(widened(policy(wide), policy({ ...wide, Action: [...wide.Action, "s3:New"] }))).toEqual([
    "new action: s3:New",
  ]);
});
