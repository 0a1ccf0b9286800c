import { onceAllowed } from "../../functions/once-allowed";

const denied = new Error("denied");
const isDenied = (error: unknown) => error === denied;

/** Work that is denied so many times, and the waits it had. */
function work(denials: number) {
  const waits: number[] = [];
  let attempts = 0;
  const attempt = async () => {
    if (++attempts <= denials) throw denied;
    return "done";
  };
  return { waits, run: () => onceAllowed(attempt, isDenied, async (ms) => void waits.push(ms)) };
}

test.each([
  [0, []],
  [1, [1_000]],
  [4, [1_000, 2_000, 4_000, 8_000]],
])("what is denied %d times is done after waits of %j ms", async (denials, expected) => {
  const { run, waits } = work(denials);
  expect(await run()).toBe("done");
  expect(waits).toEqual(expected);
});

test("what is always denied fails as that, after 15 s", async () => {
  const { run, waits } = work(Number.POSITIVE_INFINITY);
  await expect(run()).rejects.toBe(denied);
  expect(waits.reduce((sum, ms) => sum + ms, 0)).toBe(15_000);
});

test("another fault is thrown at once", async () => {
  const other = new Error("other");
  const waits: number[] = [];
  const run = onceAllowed(
    () => Promise.reject(other),
    isDenied,
    async (ms) => void waits.push(ms),
  );
  await expect(run).rejects.toBe(other);
  expect(waits).toEqual([]);
});
