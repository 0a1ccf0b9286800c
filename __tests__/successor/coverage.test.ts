import { notSynthesized } from "./coverage";

const IMPORTS = [
  "@cdktf/provider-archive/lib/data-archive-file",
  "@cdktf/provider-archive/lib/provider",
  "@cdktf/provider-aws/lib/data-aws-caller-identity",
  "@cdktf/provider-aws/lib/route53-record",
  "@cdktf/provider-aws/lib/sqs-queue",
];

test("names what is imported and in no stack", () => {
  const stacks = [{ resource: { aws_sqs_queue: {} } }, { data: { archive_file: {} } }];
  expect(notSynthesized(IMPORTS, stacks)).toEqual(["aws_route53_record", "data.aws_caller_identity"]);
});

test("names nothing when all of it is somewhere", () => {
  const stack = { resource: { aws_sqs_queue: {}, aws_route53_record: {} } };
  expect(notSynthesized(IMPORTS, [stack, { data: { archive_file: {}, aws_caller_identity: {} } }])).toEqual([]);
});
