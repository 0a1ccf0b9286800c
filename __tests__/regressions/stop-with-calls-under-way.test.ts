/** Stopping closed the table before the calls that were under way had been answered: the run ended in a stack trace. */
import { delivery, playStack } from "../whole-webhook/played-stack";

test("a run that is stopped while its functions write ends without an error", async () => {
  const unhandled: unknown[] = [];
  const keep = (reason: unknown) => unhandled.push(reason);
  process.on("unhandledRejection", keep);
  try {
    const stack = await playStack({ consumer: { maximumConcurrency: 5, timeoutSeconds: 5 } });
    await stack.send(Array.from({ length: 60 }, () => delivery()));
    await stack.run.timeline.until({ step: "stored" }, { withinMs: 10_000 });
    await stack.stop();
    expect(unhandled).toEqual([]);
  } finally {
    process.off("unhandledRejection", keep);
  }
}, 30_000);
