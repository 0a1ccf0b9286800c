import {
  pathsOverlap,
  publicUrlOf,
  sourceOf,
  unclaimedSource,
  unverifiedSource,
} from "../../../functions/event/source";

const SOURCES = [
  { name: "github", path: "/github" },
  { name: "stripe", path: "/stripe/*" },
  { name: "root", path: "/" },
];

test.each([
  ["/github", "github"],
  ["/github/", "github"],
  ["/stripe", "stripe"],
  ["/stripe/", "stripe"],
  ["/stripe/eu/1", "stripe"],
  ["/", "root"],
  ["/github/more", undefined],
  ["/GitHub", undefined],
  ["//github", undefined],
  ["/githubber", undefined],
  ["/stripes", undefined],
  ["/git%68ub", undefined],
  ["/constructor", undefined],
  ["", "root"],
])("%j is claimed by %j", (path, name) => {
  expect(sourceOf(path, SOURCES)?.name).toBe(name);
});

test("everything is claimed by /*", () => {
  const all = [{ path: "/*" }];
  for (const path of ["/", "/a", "/a/b"]) expect(sourceOf(path, all)).toBe(all[0]);
});

test.each([
  ["/a", "/b", false],
  ["/a", "/a", true],
  ["/a", "/a/", true],
  ["/a", "/a/*", true],
  ["/a/b", "/a/*", true],
  ["/a/*", "/a/b/*", true],
  ["/a/*", "/ab/*", false],
  ["/a", "/a/b", false],
  ["/", "/*", true],
  ["/x", "/*", true],
  ["/", "/x", false],
])("whether %s and %s overlap: %s", (one, other, overlap) => {
  expect(pathsOverlap(one, other)).toBe(overlap);
  expect(pathsOverlap(other, one)).toBe(overlap);
});

test("an unclaimed path has its first segment's name, and never a source's", () => {
  expect(unclaimedSource("/hello/world", SOURCES)).toBe("hello");
  expect(unclaimedSource("/github/more", SOURCES)).toBe("unclaimed:github");
  expect(unclaimedSource("//github", SOURCES)).toBe("unclaimed:github");
});

test("what is accepted unverified is kept under another name than the source's", () => {
  expect(unverifiedSource({ name: "github" })).toBe("unverified:github");
});

test.each([
  ["/twilio", "https://a.example/twilio", "/twilio", "", "https://a.example/twilio"],
  ["/twilio", "https://a.example/twilio", "/twilio", "x=1&y=%20", "https://a.example/twilio?x=1&y=%20"],
  ["/twilio", "https://a.example/twilio", "/twilio/", "", "https://a.example/twilio/"],
  ["/twilio", "https://a.example/twilio/", "/twilio/", "", "https://a.example/twilio/"],
  ["/twilio/*", "https://a.example/v1/twilio", "/twilio/sms", "", "https://a.example/v1/twilio/sms"],
  ["/*", "https://a.example", "/sms", "a", "https://a.example/sms?a"],
  ["/", "https://a.example/", "/", "", "https://a.example/"],
])("of %s with %s, %s?%s was %s", (path, publicUrl, requested, query, whole) => {
  const signature = { scheme: "twilio", secretNames: ["ssm:/twilio"], publicUrl } as const;
  expect(publicUrlOf({ path, signature }, requested, query)).toBe(whole);
});

test("a source whose scheme signs no URL has none", () => {
  expect(publicUrlOf({ path: "/a", signature: { scheme: "github", secretNames: [] } }, "/a", "")).toBeUndefined();
});
