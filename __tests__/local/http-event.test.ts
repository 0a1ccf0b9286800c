import { CHOICES, type Choices } from "../../local/aws-assumptions";
import { type EventInput, httpEvent, isText } from "../../local/http-event";

const CONTEXT = {
  accountId: "000000000000",
  apiId: "api",
  domainName: "api.execute-api.us-east-1.amazonaws.com",
  "identity.sourceIp": "192.0.2.1",
  "identity.userAgent": "agent",
  protocol: "HTTP/1.1",
  requestId: "id=",
  requestTimeEpoch: "1583348638390",
  routeKey: "$default",
  stage: "$default",
};

const eventOf = (
  { headers = [], context, ...about }: Partial<Omit<EventInput, "headers">> & { headers?: [string, string][] } = {},
  choices: Partial<Choices> = {},
) =>
  httpEvent(
    {
      method: "POST",
      path: "/my/path",
      query: "",
      body: Buffer.alloc(0),
      ...about,
      headers: new Map(headers),
      context: { ...CONTEXT, ...context },
    },
    { ...CHOICES, ...choices },
  );

test("is the documented example, member by member", () => {
  const event = eventOf({
    query: "parameter1=value1&parameter1=value2&parameter2=a%20value",
    headers: [
      ["host", "api.execute-api.us-east-1.amazonaws.com"],
      ["header2", "value1,value2"],
      ["cookie", "cookie1=a; cookie2=b"],
      ["content-type", "text/plain"],
      ["connection", "keep-alive"],
      ["transfer-encoding", "chunked"],
    ],
    body: Buffer.from("Hello from Lambda"),
  });
  expect(event).toEqual({
    version: "2.0",
    routeKey: "$default",
    rawPath: "/my/path",
    rawQueryString: "parameter1=value1&parameter1=value2&parameter2=a%20value",
    cookies: ["cookie1=a", "cookie2=b"],
    headers: {
      host: "api.execute-api.us-east-1.amazonaws.com",
      header2: "value1,value2",
      "content-type": "text/plain",
      "content-length": "17",
      "x-amzn-trace-id": expect.stringMatching(/^Root=1-5e5ffb9e-[0-9a-f]{24}$/),
      "x-forwarded-for": "192.0.2.1",
      "x-forwarded-port": "443",
      "x-forwarded-proto": "https",
    },
    queryStringParameters: { parameter1: "value1,value2", parameter2: "a value" },
    requestContext: {
      accountId: "000000000000",
      apiId: "api",
      domainName: "api.execute-api.us-east-1.amazonaws.com",
      domainPrefix: "api",
      http: { method: "POST", path: "/my/path", protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "agent" },
      requestId: "id=",
      routeKey: "$default",
      stage: "$default",
      time: "04/Mar/2020:19:03:58 +0000",
      timeEpoch: 1583348638390,
    },
    body: "Hello from Lambda",
    isBase64Encoded: false,
  });
});

test("leaves out what the request does not have", () => {
  expect(Object.keys(eventOf({ method: "GET" }))).toEqual([
    "version",
    "routeKey",
    "rawPath",
    "rawQueryString",
    "headers",
    "requestContext",
    "isBase64Encoded",
  ]);
});

test("a sender's own forwarding header and trace stay, with the API's behind", () => {
  const { headers } = eventOf({
    headers: [
      ["x-forwarded-for", "203.0.113.9"],
      ["x-amzn-trace-id", "Root=mine"],
    ],
  });
  expect(headers).toMatchObject({ "x-forwarded-for": "203.0.113.9, 192.0.2.1", "x-amzn-trace-id": "Root=mine" });
});

test.each([
  ["GET /{proxy+}", "/a/b%2Fc", { proxy: "a/b/c" }],
  ["POST /{source}/events", "/git%20hub/events", { source: "git hub" }],
  ["$default", "/a", undefined],
])("by the route %s the path %s has the parameters %j", (routeKey, path, parameters) => {
  expect(eventOf({ path, context: { routeKey } }).pathParameters).toEqual(parameters);
});

test.each([
  ["application/json", true],
  ["Application/JSON; charset=utf-8", true],
  ["text/csv", true],
  ["application/xml", true],
  ["application/javascript", true],
  ["application/x-www-form-urlencoded", false],
  ["application/problem+json", false],
  ["application/octet-stream", false],
  ["", false],
  [undefined, false],
])("a body of type %j is text: %j", (contentType, expected) => {
  expect(isText(contentType)).toBe(expected);
});

describe("bytes", () => {
  const NOT_UTF8 = Buffer.from([0x61, 0xff, 0x62]);
  const json: [string, string][] = [["content-type", "application/json"]];

  test("of a binary type are base64, whatever they are", () => {
    expect(eventOf({ body: Buffer.from("text") })).toMatchObject({ body: "dGV4dA==", isBase64Encoded: true });
    expect(eventOf({ body: NOT_UTF8 })).toMatchObject({ body: "Yf9i", isBase64Encoded: true });
  });

  test("that are not UTF-8, of a text type, are as the table of assumptions says", () => {
    const sent = { headers: json, body: NOT_UTF8 };
    expect(eventOf(sent)).toMatchObject({ body: "a\uFFFDb", isBase64Encoded: false });
    expect(eventOf(sent, { textBytes: "base64" })).toMatchObject({ body: "Yf9i", isBase64Encoded: true });
  });

  test("of a text type keep a byte order mark", () => {
    expect(eventOf({ headers: json, body: Buffer.from("\uFEFF{}") }).body).toBe("\uFEFF{}");
  });
});

test("the path is decoded or not, as the table of assumptions says, and left alone where it cannot be", () => {
  const path = "//a%2Fb%20c";
  expect(eventOf({ path })).toMatchObject({ rawPath: "//a/b c", requestContext: { http: { path: "//a/b c" } } });
  expect(eventOf({ path }, { rawPath: "as-sent" }).rawPath).toBe(path);
  expect(eventOf({ path: "/%ff" }).rawPath).toBe("/%ff");
});
