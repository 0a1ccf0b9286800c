import { CHOICES } from "../../local/aws-assumptions";
import { AnswerMalformed, functionAnswer } from "../../local/http-answer";

const answerOf = (returned: unknown) => {
  const { status, headers, body } = functionAnswer(returned, CHOICES);
  return { status, headers, body: body.toString() };
};
const JSON_TYPE = { "content-type": "application/json" };
const TEXT_TYPE = { "content-type": "text/plain;charset=utf-8" };

test.each<[what: string, returned: unknown, answer: object]>([
  ["text", "Hello from Lambda!", { status: 200, headers: JSON_TYPE, body: "Hello from Lambda!" }],
  ["an object without a status code", { message: "hi" }, { status: 200, headers: JSON_TYPE, body: '{"message":"hi"}' }],
  ["a list", [1], { status: 200, headers: JSON_TYPE, body: "[1]" }],
  ["nothing", null, { status: 200, headers: JSON_TYPE, body: "null" }],
  ["a status code alone", { statusCode: 202 }, { status: 202, headers: {}, body: "" }],
  ["a status code in text", { statusCode: "201", body: "x" }, { status: 201, headers: TEXT_TYPE, body: "x" }],
  ["a body without a type", { statusCode: 200, body: "x" }, { status: 200, headers: TEXT_TYPE, body: "x" }],
  [
    "headers in any case, and of any scalar",
    { statusCode: 503, headers: { "Content-Type": "text/html", "Retry-After": 5, "X-On": true }, body: "x" },
    { status: 503, headers: { "content-type": "text/html", "retry-after": "5", "x-on": "true" }, body: "x" },
  ],
  [
    "headers that are the server's own",
    { statusCode: 200, headers: { "Content-Length": "99", Connection: "close", "Transfer-Encoding": "chunked" } },
    { status: 200, headers: {}, body: "" },
  ],
  [
    "cookies",
    { statusCode: 204, cookies: ["a=1; Secure", "b=2"] },
    { status: 204, headers: { "set-cookie": ["a=1; Secure", "b=2"] }, body: "" },
  ],
  [
    "a base64 body",
    { statusCode: 200, headers: JSON_TYPE, body: "e30=", isBase64Encoded: true },
    { status: 200, headers: JSON_TYPE, body: "{}" },
  ],
])("%s is an answer", (_, returned, answer) => {
  expect(answerOf(returned)).toEqual(answer);
});

test.each<[what: string, returned: object, message: string]>([
  ["a status code that is none", { statusCode: "ok" }, 'its statusCode is "ok"'],
  ["a status code that is informational", { statusCode: 100 }, "its statusCode is 100"],
  ["a body that is no text", { statusCode: 200, body: { a: 1 } }, "its body is no text but object"],
  ["headers that are a list", { statusCode: 200, headers: [1] }, "its headers are no object"],
  ["a header with a line break", { statusCode: 200, headers: { a: "b\r\nc: d" } }, 'its header "a" cannot be sent'],
  ["cookies that are text", { statusCode: 200, cookies: "a=1" }, "its cookies are no list"],
])("%s is malformed", (_, returned, message) => {
  expect(() => functionAnswer(returned, CHOICES)).toThrow(new AnswerMalformed(message));
});
