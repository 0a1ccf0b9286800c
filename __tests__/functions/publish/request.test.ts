import { requestOf } from "../../../functions/publish/request";
import { httpRequest } from "../factories";

const bodyOf = (event: Parameters<typeof requestOf>[0]) => Buffer.from(requestOf(event).body).toString();

test("a request of payload format 2.0 is read whole", () => {
  const event = httpRequest({
    path: "/github/a%2Fb",
    query: "a=1&a=%32&b",
    headers: { "content-type": "application/json", "X-Mixed": "1,2", "x-absent": undefined },
    cookies: ["a=1", "b=2"],
    body: '{"zen":"é"}',
  });
  expect(requestOf(event)).toEqual({
    requestId: "JKJaXmPLvHcESHA=",
    epochMs: 1_700_000_000_123,
    receivedAt: "2023-11-14T22:13:20.123Z",
    sourceIp: "203.0.113.7",
    method: "POST",
    path: "/github/a%2Fb",
    query: "a=1&a=%32&b",
    headers: { "content-type": "application/json", "x-mixed": "1,2", cookie: "a=1; b=2" },
    body: Buffer.from('{"zen":"é"}'),
  });
});

test("a binary body is decoded", () => {
  const body = Buffer.from([0xff, 0xfe, 0x00]);
  const event = httpRequest({ isBase64Encoded: true, body: body.toString("base64") });
  expect(requestOf(event).body).toEqual(body);
});

test.each(["GET", "HEAD", "DELETE", "OPTIONS"])("%s without a body says hello, with one it does not", (method) => {
  expect(bodyOf(httpRequest({ method, path: "/hello" }))).toBe("hello from /hello");
  expect(bodyOf(httpRequest({ method, body: "" }))).toBe("hello from /hello");
  expect(bodyOf(httpRequest({ method, body: "{}" }))).toBe("{}");
});

test.each(["POST", "PUT", "PATCH"])("%s without a body has a body of no bytes", (method) => {
  expect(bodyOf(httpRequest({ method }))).toBe("");
});

test.each([
  ["/", "/"],
  ["//a//", "//a//"],
  ["/a%20b/é", "/a%20b/é"],
  ["/a b", "/a b"],
  ["/a\u0000b\r\nc\u007f", "/a%00b%0D%0Ac%7F"],
  ["/\uffff", "/%EF%BF%BF"],
  ["/\ud800", "/\ufffd"],
])("the path %j is written as %j", (path, expected) => {
  expect(requestOf(httpRequest({ path })).path).toBe(expected);
});
