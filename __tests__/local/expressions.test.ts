import { FUNCTIONS } from "../../local/expression-functions";
import { ExpressionError, memberOf, resolveTemplate, type Step } from "../../local/expressions";

const VALUES: Record<string, unknown> = {
  aws_sqs_queue: { events: { arn: "arn:aws:sqs:us-east-1:000000000000:events", timeout: 60, tags: ["a", "b"] } },
};
const lookup = (root: string, steps: readonly Step[]): unknown =>
  steps.reduce<unknown>((value, step) => memberOf(value, step), VALUES[root]);

test.each<[what: string, source: string, value: unknown]>([
  ["text without an expression", "hello", "hello"],
  ["a dollar alone", "$request.body costs $5", "$request.body costs $5"],
  ["a reference", "${aws_sqs_queue.events.arn}", "arn:aws:sqs:us-east-1:000000000000:events"],
  ["a reference that keeps its type", "${aws_sqs_queue.events.timeout}", 60],
  ["a reference in the middle", "a-${aws_sqs_queue.events.timeout}-b", "a-60-b"],
  ["two references", "${aws_sqs_queue.events.timeout}${aws_sqs_queue.events.timeout}", "6060"],
  ["spaces inside", "${ aws_sqs_queue.events.timeout }", 60],
  [
    "a reference inside JSON",
    '{"Resource":"${aws_sqs_queue.events.arn}"}',
    '{"Resource":"arn:aws:sqs:us-east-1:000000000000:events"}',
  ],
  ["an index into a list", "${aws_sqs_queue.events.tags[1]}", "b"],
  ["an index by name", '${aws_sqs_queue.events["timeout"]}', 60],
  ["an escaped interpolation", "$${request.header.x}", "${request.header.x}"],
  ["escaped beside unescaped", "$${a} ${aws_sqs_queue.events.timeout} $${b}", "${a} 60 ${b}"],
  ["an escaped directive", "%%{if}", "%{if}"],
  ["jsonencode with = and :", '${jsonencode({"a" = 1, b: [true, null]})}', '{"a":1,"b":[true,null]}'],
  ["a template inside a string inside", '${jsonencode({"a" = "x-${aws_sqs_queue.events.timeout}"})}', '{"a":"x-60"}'],
  ["a brace inside a string inside", '${jsonencode("}")}', '"}"'],
  ["escapes in a string inside", '${jsonencode("a\\"b\\n")}', '"a\\"b\\n"'],
  ["join", '${join("-", ["a", 2])}', "a-2"],
  ["a function in a function", '${lower(join("", ["A", "B"]))}', "ab"],
  ["a trailing comma", '${concat(["a"], ["b",],)}', ["a", "b"]],
  ["parentheses", '${("a")}', "a"],
])("resolves %s", (_, source, value) => {
  expect(resolveTemplate(source, lookup)).toEqual(value);
});

test.each<[what: string, source: string, why: string]>([
  [
    "a function that it does not know",
    "${cidrsubnet(1)}",
    `the function cidrsubnet is not known; known are ${Object.keys(FUNCTIONS).join(", ")}`,
  ],
  ["an operator", "${1 + 1}", 'expected "}", found "+" (operators are not known here)'],
  ["a condition", "${true ? 1 : 2}", 'expected "}", found "?" (operators are not known here)'],
  ["a splat", "${aws_sqs_queue.*.arn}", "splats (.*) are not known here"],
  ["a directive", "%{if true}a%{endif}", "directives (%{…}) are not known here"],
  ["an end that is missing", "${aws_sqs_queue.events.arn", '"}" is missing'],
  ["a string that does not end", '${join("a', "it ends too early"],
  ["a list inside a longer string", "a${aws_sqs_queue.events.tags}", '["a","b"] has no form as text'],
  ["a function of something that it does not take", '${join("-", "a")}', '"a" is no list'],
  ["a regular expression", '${replace("a", "/a+/", "b")}', '"/a+/" is a regular expression'],
  ["JSON that is none", '${jsondecode("{")}', '"{" is no JSON'],
  ["nothing", "${}", "cannot read it at character 3"],
])("names %s", (_, source, why) => {
  expect(() => resolveTemplate(source, lookup)).toThrow(new ExpressionError(source, why));
});
