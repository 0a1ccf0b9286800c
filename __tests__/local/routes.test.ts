import { CHOICES, type Choices } from "../../local/aws-assumptions";
import { isRouteKey, RouteTable } from "../../local/routes";

const table = (keys: readonly string[], choices: Partial<Choices> = {}) =>
  new RouteTable(
    keys.map((key) => ({ key, target: key })),
    { ...CHOICES, ...choices },
  );

describe("the documented example", () => {
  // API Gateway Developer Guide, "Create routes for HTTP APIs", routing API requests.
  const documented = ["GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default"];

  test.each([
    ["GET", "/pets/dog/1", "GET /pets/dog/1"],
    ["GET", "/pets/dog/2", "GET /pets/dog/{id}"],
    ["GET", "/pets/cat/1", "GET /pets/{proxy+}"],
    ["POST", "/test/5", "ANY /{proxy+}"],
  ])("%s %s takes %s", (method, path, key) => {
    expect(table(documented).match(method, path)?.key).toBe(key);
    expect(table(documented.toReversed()).match(method, path)?.key).toBe(key);
  });
});

describe("direct ingress", () => {
  const keys = ["$default", "GET /", "GET /{proxy+}", "POST /github", "POST /github/{proxy+}"];

  test.each([
    ["GET", "/", "GET /"],
    ["GET", "/hello", "GET /{proxy+}"],
    ["GET", "/hello/deep", "GET /{proxy+}"],
    ["GET", "//", "GET /{proxy+}"],
    ["POST", "/", "$default"],
    ["POST", "/github", "POST /github"],
    ["POST", "/github/repo", "POST /github/{proxy+}"],
    ["POST", "/github/", "$default"],
    ["POST", "/githubx", "$default"],
    ["POST", "/GitHub", "$default"],
    ["POST", "/%67ithub", "$default"],
    ["PUT", "/github", "$default"],
    ["QUERY", "/anything", "$default"],
  ])("%s %s takes %s", (method, path, key) => {
    expect(table(keys).match(method, path)?.key).toBe(key);
  });
});

test("no route matches where there is no $default", () => {
  expect(table(["POST /github"]).match("GET", "/github")).toBeUndefined();
});

test("a path's own method goes before ANY", () => {
  expect(table(["ANY /a", "POST /a"]).match("POST", "/a")?.key).toBe("POST /a");
  expect(table(["ANY /a", "POST /a"]).match("PUT", "/a")?.key).toBe("ANY /a");
});

test("a variable takes a segment, never nothing", () => {
  expect(table(["GET /a/{id}"]).match("GET", "/a/1")?.key).toBe("GET /a/{id}");
  expect(table(["GET /a/{id}"]).match("GET", "/a/")).toBeUndefined();
  expect(table(["GET /a/{id}"]).match("GET", "/a/1/2")).toBeUndefined();
});

test("a slash at the end is a child where that is what AWS is believed to do", () => {
  const routes = table(["POST /github/{proxy+}"], { trailingSlash: "child" });
  expect(routes.match("POST", "/github/")?.key).toBe("POST /github/{proxy+}");
});

test.each([
  ["$default", true],
  ["POST /github", true],
  ["$connect", false],
  ["/github", false],
  ["POST github", false],
])("%s as a route key: %s", (key, isKey) => {
  expect(isRouteKey(key)).toBe(isKey);
});
