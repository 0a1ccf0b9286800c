import { sourceIpRule } from "../../functions/allowed-cidrs";

const allows = sourceIpRule(["192.0.2.0/24", "198.51.100.7/32", "2001:db8::/32"]);

test.each([
  ["192.0.2.0", true],
  ["192.0.2.255", true],
  ["192.0.3.0", false],
  ["198.51.100.7", true],
  ["198.51.100.8", false],
  ["2001:db8::1", true],
  ["2001:DB8:ffff::", true],
  ["2001:db9::1", false],
  ["::ffff:192.0.2.7", true],
  ["", false],
  ["192.0.2", false],
  ["example.org", false],
])("of some blocks, %j is allowed: %s", (sourceIp, allowed) => {
  expect(allows(sourceIp, "/")).toBe(allowed);
});

test.each(["192.0.2.1", "2001:db8::1", ""])("without blocks %j is allowed", (sourceIp) => {
  expect(sourceIpRule(undefined)(sourceIp, "/")).toBe(true);
});

test("a block of everything allows one family only", () => {
  const rule = sourceIpRule(["0.0.0.0/0"]);
  expect([rule("203.0.113.7", "/"), rule("2001:db8::1", "/")]).toEqual([true, false]);
});

const ofSources = sourceIpRule(
  ["192.0.2.0/24", "198.51.100.0/24"],
  [
    { path: "/github/*", allowedCidrs: ["192.0.2.0/24"] },
    { path: "/stripe", allowedCidrs: undefined },
  ],
);

test.each([
  ["192.0.2.1", "/github", true],
  ["192.0.2.1", "/github/app", true],
  ["198.51.100.1", "/github/app", false],
  ["203.0.113.7", "/github", false],
  ["198.51.100.1", "/stripe", true],
  ["203.0.113.7", "/stripe", false],
  ["198.51.100.1", "/elsewhere", true],
  ["203.0.113.7", "/elsewhere", false],
])("%s to %s, whose source may have blocks of its own, is allowed: %s", (sourceIp, path, allowed) => {
  expect(ofSources(sourceIp, path)).toBe(allowed);
});
