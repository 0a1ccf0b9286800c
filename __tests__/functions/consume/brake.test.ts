import { getMaxListeners } from "node:events";
import { braked, HOLD_UNTIL_MS, STOP_WORK_MS } from "../../../functions/consume/brake";

/** An invocation whose time passes only when somebody sleeps. */
function invocation(remainingMs: number) {
  const slept: number[] = [];
  return {
    slept,
    context: { getRemainingTimeInMillis: () => remainingMs - slept.reduce((sum, ms) => sum + ms, 0) },
    sleep: async (ms: number) => slept.push(ms),
  };
}

test("an invocation that succeeds is not held", async () => {
  const { context, sleep, slept } = invocation(10_000);
  expect(await braked(async (event: string) => `${event} done`, sleep)("batch", context)).toBe("batch done");
  expect(slept).toEqual([]);
});

test.each([
  ["work that rejects", () => Promise.reject(new Error("down"))],
  [
    "work that throws",
    () => {
      throw new Error("down");
    },
  ],
])("%s is held until shortly before the timeout, then fails as it failed", async (_case, run) => {
  const { context, sleep, slept } = invocation(10_000);
  await expect(braked(run, sleep)("batch", context)).rejects.toThrow(new Error("down"));
  expect(slept).toEqual([10_000 - HOLD_UNTIL_MS]);
  expect(context.getRemainingTimeInMillis()).toBe(HOLD_UNTIL_MS);
});

test.each([HOLD_UNTIL_MS, 20])("with %i ms left there is nothing to hold", async (remainingMs) => {
  const { context, sleep, slept } = invocation(remainingMs);
  await expect(braked(() => Promise.reject(new Error("down")), sleep)("batch", context)).rejects.toThrow(
    new Error("down"),
  );
  expect(slept).toEqual([]);
});

test.each([STOP_WORK_MS, STOP_WORK_MS + 5])(
  "work is told to stop before the timeout, with %i ms left",
  async (remaining) => {
    const { context, sleep } = invocation(remaining);
    const untilTold = (_event: string, signal: AbortSignal) =>
      new Promise<string>((resolve) => signal.addEventListener("abort", () => resolve("stopped")));
    expect(await braked(untilTold, sleep)("batch", context)).toBe("stopped");
  },
);

test("any number of calls may listen to the signal", async () => {
  const { context, sleep } = invocation(10_000);
  const listeners = await braked(async (_event: string, signal) => getMaxListeners(signal), sleep)("batch", context);
  expect(listeners).toBe(Number.POSITIVE_INFINITY);
});
