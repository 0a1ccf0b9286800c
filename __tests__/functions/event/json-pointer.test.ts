import fc from "fast-check";
import { parseBody, parsePointer, valueAt } from "../../../functions/event/json-pointer";

/** RFC 6901, 5. */
const DOCUMENT = JSON.parse(
  '{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\\\j":5,"k\\"l":6," ":7,"m~n":8,"__proto__":9}',
);

test.each([
  ["", DOCUMENT],
  ["/foo", ["bar", "baz"]],
  ["/foo/0", "bar"],
  ["/", 0],
  ["/a~1b", 1],
  ["/c%d", 2],
  ["/e^f", 3],
  ["/g|h", 4],
  ["/i\\j", 5],
  ['/k"l', 6],
  ["/ ", 7],
  ["/m~0n", 8],
  ["/__proto__", 9],
])("%j finds what the RFC says", (pointer, value) => {
  expect(valueAt(DOCUMENT, pointer)).toEqual(value);
});

test.each([
  "/none",
  "/foo/2",
  "/foo/00",
  "/foo/1e0",
  "/foo/-",
  "/foo/length",
  "/foo/0/0",
  "/constructor",
  "/toString",
  "/foo/at",
  "foo",
  "/m~2n",
  "/m~",
])("%j finds nothing", (pointer) => {
  expect(valueAt(DOCUMENT, pointer)).toBeUndefined();
});

test("any name of a member can be pointed at", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      const pointer = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      expect(parsePointer(pointer)).toEqual([name]);
      expect(valueAt(JSON.parse(`{${JSON.stringify(name)}:1}`), pointer)).toBe(1);
    }),
  );
});

test.each([
  ["not JSON", Buffer.from("a=b")],
  ["empty", Buffer.alloc(0)],
  ["not UTF-8", Buffer.from([0x22, 0xff, 0x22])],
])("a body that is %s has no values", (_what, body) => {
  expect(parseBody(body)).toBeUndefined();
});

test("a byte order mark is not part of the JSON", () => {
  expect(parseBody(Buffer.from('\ufeff{"id":1}'))).toEqual({ id: 1 });
});
