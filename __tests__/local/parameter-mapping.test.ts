import { CHOICES, type Choices } from "../../local/aws-assumptions";
import { compileMapping, type MappingInput, MappingRefused } from "../../local/parameter-mapping";

const INPUT: MappingInput = {
  body: '{"a":1}',
  headers: new Map([
    ["x-github-event", "push"],
    ["x-quoted", 'a"b\\c'],
    ["x-empty", ""],
  ]),
  context: { requestId: "AbC=", "identity.sourceIp": "127.0.0.1", path: "/github" },
};

const map = (source: string, input: Partial<MappingInput> = {}, choices: Partial<Choices> = {}): string | undefined =>
  compileMapping("MessageBody", source, { ...CHOICES, ...choices })?.({ ...INPUT, ...input });

test.each([
  ["text", "hello", "hello"],
  ["the body", "$request.body", '{"a":1}'],
  ["a header", "$request.header.x-github-event", "push"],
  ["a header, whatever its case", "$request.header.X-GitHub-Event", "push"],
  ["a header without a value", "$request.header.x-empty", ""],
  ["a context variable", "$context.requestId", "AbC="],
  ["a context variable of two parts", "$context.identity.sourceIp", "127.0.0.1"],
  ["an interpolated header", "event=${request.header.x-github-event};", "event=push;"],
  ["several interpolations", "${context.requestId} ${context.path}", "AbC= /github"],
  ["a selection inside text, which is text", "see $request.body", "see $request.body"],
  ["an interpolated header that is not there", "[${request.header.x-none}]", "[]"],
  ["quotes, as they are", "${request.header.x-quoted}", 'a"b\\c'],
])("maps %s", (_, source, value) => {
  expect(map(source)).toBe(value);
});

test.each([
  ["a body that is not there", "$request.body", { body: undefined }],
  ["a header that is not there", "$request.header.x-none", {}],
])("refuses %s", (_, source, input) => {
  expect(() => map(source, input)).toThrow(
    new MappingRefused(`Unable to resolve property MessageBody from source ${source}`),
  );
});

test.each([
  "$request.body.name",
  "$request.querystring.a",
  "$request.header.",
  "$context.unheard",
  "${request.body.name}",
  "${stageVariables.a}",
  "${}",
])("%s is not known, and says so before the first request", (source) => {
  expect(map(source)).toBeUndefined();
});

describe("if AWS turns out to do otherwise", () => {
  test("quotes are escaped", () => {
    expect(map("${request.header.x-quoted}", {}, { interpolatedQuotes: "escaped" })).toBe('a\\"b\\\\c');
  });

  test("a header that is not there is refused where it is interpolated", () => {
    const source = "${request.header.x-none}";
    expect(() => map(source, {}, { absentInInterpolation: "refused" })).toThrow(
      new MappingRefused("Unable to resolve ${request.header.x-none}"),
    );
  });
});
