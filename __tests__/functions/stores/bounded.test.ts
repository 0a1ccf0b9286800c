import fc from "fast-check";
import { bounded, boundedMap } from "../../../functions/stores/bounded";

test.each([
  ["abc", 3, "abc"],
  ["abcd", 3, "ab…"],
  ["a😀b", 3, "a…"],
  ["", 1, ""],
])("%j in %i characters is %j", (text, max, expected) => {
  expect(bounded(text, max)).toBe(expected);
});

test("a cut need not be marked", () => {
  expect(bounded("abcd", 3, "")).toBe("abc");
});

test("a map keeps its first entries", () => {
  expect(boundedMap({ a: "12", b: "345", c: "6" }, 6)).toEqual({ a: "12", b: "3…" });
});

test("a map that is short enough is kept, whatever its names", () => {
  expect(Object.entries(boundedMap(JSON.parse('{"__proto__":"1","b":""}'), 20))).toEqual([
    ["__proto__", "1"],
    ["b", ""],
  ]);
});

test("no map is longer than allowed", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), fc.nat(40), (map, max) => {
      const kept = Object.entries(boundedMap(map, max)).flat().join("");
      expect(kept.length).toBeLessThanOrEqual(max);
    }),
  );
});
