import { AwsFault } from "../../local/aws-fault";
import { attributesDigest } from "../../local/message-digest";
import { checkMessage, type MessageAttributes, messageBytes } from "../../local/message-rules";

const MAXIMUM = 100;
const text = (value: string): MessageAttributes => ({ headers: { DataType: "String", StringValue: value } });
const ELEVEN = Object.fromEntries(
  Array.from({ length: 11 }, (_, n) => [`a${n}`, { DataType: "String", StringValue: "x" }]),
);

test.each<[what: string, body: string, attributes: MessageAttributes]>([
  ["text", "hello", {}],
  ["tab, line feed and carriage return", "\t\n\r", {}],
  ["characters outside the basic plane", "😀", text("😀")],
  ["the last character of the allowed ranges", "\uFFFD", {}],
  ["ten attributes", "x", Object.fromEntries(Object.entries(ELEVEN).slice(1))],
  ["a custom type", "x", { a: { DataType: "Number.float", StringValue: "1.5" } }],
  ["a binary attribute", "x", { a: { DataType: "Binary", BinaryValue: "AAA=" } }],
  ["exactly the maximum", "x".repeat(MAXIMUM), {}],
])("takes %s", (_, body, attributes) => {
  expect(() => checkMessage(body, attributes, MAXIMUM)).not.toThrow();
});

const CHARACTERS =
  "the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF";

test.each<[what: string, body: unknown, attributes: MessageAttributes, code: string, message: string]>([
  ["an absent body", undefined, {}, "MissingParameter", "The request must contain the parameter MessageBody."],
  ["an empty body", "", {}, "MissingParameter", "The request must contain the parameter MessageBody."],
  [
    "a control character",
    "a\u0000b",
    {},
    "InvalidMessageContents",
    `Invalid binary character '#x0' was found in the message body, ${CHARACTERS}`,
  ],
  [
    "half of a surrogate pair",
    "a\uD800b",
    {},
    "InvalidMessageContents",
    `Invalid binary character '#xD800' was found in the message body, ${CHARACTERS}`,
  ],
  [
    "an empty attribute value",
    "x",
    text(""),
    "InvalidParameterValue",
    "Message (user) attribute 'headers' must contain a non-empty value of type 'String'.",
  ],
  [
    "an attribute with a control character",
    "x",
    text("a\u0001"),
    "InvalidParameterValue",
    `Invalid binary character '#x1' was found in the value of message (user) attribute 'headers', ${CHARACTERS}`,
  ],
  [
    "an attribute without a type",
    "x",
    { a: { StringValue: "v" } },
    "InvalidParameterValue",
    "The message attribute 'a' must contain non-empty message attribute type.",
  ],
  [
    "an attribute of a type that does not exist",
    "x",
    { a: { DataType: "Text", StringValue: "v" } },
    "InvalidParameterValue",
    "The type of message (user) attribute 'a' is invalid. You must use only the following supported type prefixes: Binary, Number, String.",
  ],
  [
    "eleven attributes",
    "x",
    ELEVEN,
    "InvalidParameterValue",
    "Number of message attributes [11] exceeds the allowed maximum [10].",
  ],
  [
    "a reserved attribute name",
    "x",
    { "AWS.a": { DataType: "String", StringValue: "v" } },
    "InvalidParameterValue",
    "The message attribute name 'AWS.a' is invalid.",
  ],
  [
    "a body over the maximum with its attributes",
    "x".repeat(90),
    text("v"),
    "InvalidParameterValue",
    "One or more parameters are invalid. Reason: Message must be shorter than 100 bytes.",
  ],
])("refuses %s", (_, body, attributes, code, message) => {
  expect(() => checkMessage(body, attributes, MAXIMUM)).toThrow(new AwsFault(code, message));
  expect(codeOf(() => checkMessage(body, attributes, MAXIMUM))).toBe(code);
});

test("counts name, type and value of each attribute, in bytes", () => {
  expect(messageBytes("é", { ab: { DataType: "String", StringValue: "€" } })).toBe(2 + 2 + 6 + 3);
});

test("gives the digest that AWS documents for message attributes", () => {
  // Length, name, length, type, one byte for the kind, length, value; MD5 of it all (reckoned apart, in Python).
  const digest = attributesDigest({ a: { DataType: "String", StringValue: "b" } });
  expect(digest).toBe("bef8bf215374a0a228d67533b1a488be");
  expect(attributesDigest({})).toBeUndefined();
});

function codeOf(act: () => void): string | undefined {
  try {
    act();
  } catch (fault) {
    return fault instanceof AwsFault ? fault.code : undefined;
  }
  return undefined;
}
