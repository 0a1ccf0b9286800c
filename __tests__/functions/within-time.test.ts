import { OutOfTime, withinTime } from "../../functions/within-time";

const never = () => new Promise<never>(() => {});

test("work that ends in time gives what it gave", async () => {
  expect(await withinTime(1_000, async () => "done")).toBe("done");
  await expect(withinTime(1_000, () => Promise.reject(new Error("down")))).rejects.toThrow(new Error("down"));
});

test("work that does not is told to stop, and not waited for", async () => {
  let told = false;
  const work = (signal: AbortSignal) => {
    signal.addEventListener("abort", () => {
      told = true;
    });
    return never();
  };
  await expect(withinTime(5, work)).rejects.toEqual(new OutOfTime(5));
  expect(told).toBe(true);
});

test.each([0, -100])("with %i ms left there is no waiting", async (timeMs) => {
  await expect(withinTime(timeMs, never)).rejects.toBeInstanceOf(OutOfTime);
});

test("a fault that comes after the time is nobody's", async () => {
  const late = (signal: AbortSignal) =>
    new Promise<never>((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("late"))));
  await expect(withinTime(5, late)).rejects.toBeInstanceOf(OutOfTime);
});
