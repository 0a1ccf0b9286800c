import { RedriveAllowPolicies, type SqsAnswer, type SqsRequest } from "./redrive-allow-policy";

const QueueUrl = "http://127.0.0.1:1/123456789012/dead-letters";
const GET = "AmazonSQS.GetQueueAttributes";
const SET = "AmazonSQS.SetQueueAttributes";
const POLICY = '{"redrivePermission":"byQueue"}';

const allowing = (policy: string) => {
  const policies = new RedriveAllowPolicies();
  policies.exchange(SET, { QueueUrl, Attributes: { RedriveAllowPolicy: policy } });
  return policies;
};
const got = (policies: RedriveAllowPolicies, names: readonly string[], answer: SqsAnswer) =>
  policies.exchange(GET, { QueueUrl, AttributeNames: names }).answer?.(answer) ?? answer;

test("moto is not asked for an attribute that it does not know, only whether there is the queue", () => {
  const { request } = allowing(POLICY).exchange(GET, { QueueUrl, AttributeNames: ["RedriveAllowPolicy"] });
  expect(request).toEqual({ QueueUrl, AttributeNames: ["QueueArn"] });
});

test("moto is not told of it, neither by a set of nothing, which would end the queue's policy", () => {
  const policies = new RedriveAllowPolicies();
  const alone = policies.exchange(SET, { QueueUrl, Attributes: { RedriveAllowPolicy: POLICY } });
  expect(alone).toMatchObject({ target: GET, request: { QueueUrl, AttributeNames: ["QueueArn"] } });
  expect(alone.answer?.({ Attributes: { QueueArn: "arn" } })).toEqual({});
  const beside = policies.exchange(SET, { QueueUrl, Attributes: { RedriveAllowPolicy: POLICY, Policy: "{}" } });
  expect(beside).toEqual({ target: SET, request: { QueueUrl, Attributes: { Policy: "{}" } } });
});

const arn = { QueueArn: "arn" };
test.each<[string, readonly string[], string, SqsAnswer]>([
  ["alone", ["RedriveAllowPolicy"], POLICY, { Attributes: { RedriveAllowPolicy: POLICY } }],
  ["among all", ["All"], POLICY, { Attributes: { ...arn, RedriveAllowPolicy: POLICY } }],
  [
    "beside another",
    ["RedriveAllowPolicy", "QueueArn"],
    POLICY,
    { Attributes: { ...arn, RedriveAllowPolicy: POLICY } },
  ],
  ["not unless asked for", ["QueueArn"], POLICY, { Attributes: arn }],
  ["no more once it was set to nothing", ["All"], "", { Attributes: arn }],
])("it is returned %s", (_how, names, policy, expected) => {
  expect(got(allowing(policy), names, { Attributes: arn })).toEqual(expected);
});

test("it ends with its queue", () => {
  const policies = allowing(POLICY);
  policies.exchange("AmazonSQS.DeleteQueue", { QueueUrl });
  expect(got(policies, ["All"], { Attributes: arn })).toEqual({ Attributes: arn });
});

test("everything else goes on as it came", () => {
  const request: SqsRequest = { QueueUrl, Attributes: { Policy: "{}" } };
  expect(allowing(POLICY).exchange(SET, request)).toEqual({ target: SET, request });
  expect(allowing(POLICY).exchange("AmazonSQS.ListQueues", {})).toEqual({
    target: "AmazonSQS.ListQueues",
    request: {},
  });
});
