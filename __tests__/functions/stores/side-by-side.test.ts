import { sideBySide } from "../../../functions/stores/side-by-side";

test("results are in the order of the items, whichever ends first", async () => {
  const ends: ((value: string) => void)[] = [];
  const results = sideBySide(
    ["a", "b"],
    2,
    (item) => new Promise<string>((end) => ends.push((end_) => end(item + end_))),
  );
  ends[1]?.("2");
  ends[0]?.("1");
  expect(await results).toEqual(["a1", "b2"]);
});

test("no more run at once than allowed, and no fewer", async () => {
  let running = 0;
  const seen: number[] = [];
  await sideBySide(Array.from({ length: 10 }), 3, async () => {
    seen.push(++running);
    await Promise.resolve();
    running--;
  });
  expect(Math.max(...seen)).toBe(3);
  expect(seen).toHaveLength(10);
});

test("nothing to do is done", async () => {
  expect(await sideBySide([], 3, () => Promise.reject(new Error("never called")))).toEqual([]);
});

test("after a failure nothing more is begun, and the first failure is thrown", async () => {
  const begun: number[] = [];
  const work = sideBySide([1, 2, 3, 4], 2, (item) => {
    begun.push(item);
    return Promise.reject(new Error(`item ${item}`));
  });
  await expect(work).rejects.toThrow(new Error("item 1"));
  expect(begun).toEqual([1, 2]);
});
