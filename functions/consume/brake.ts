import { setMaxListeners } from "node:events";
import type { Context } from "aws-lambda";

/** What is left of the invocation when the work under way is ended, so that nothing is cut off by the timeout. */
export const STOP_WORK_MS = 700;
/** What is left of it when a failing invocation ends. */
export const HOLD_UNTIL_MS = 500;

type Clock = Pick<Context, "getRemainingTimeInMillis">;

/**
 * Holds a failing invocation until shortly before its timeout. With partial batch responses Lambda does not slow its
 * polling down when invocations fail: without a brake, an outage of the sink would sweep the whole queue into the
 * dead-letter queue. Anything thrown brakes, our own mistakes too: no message must be lost for them.
 * @param run must end soon after its signal
 */
export function braked<E, R>(
  run: (event: E, signal: AbortSignal) => Promise<R>,
  sleep: (ms: number) => Promise<unknown>,
): (event: E, context: Clock) => Promise<R> {
  return async (event, context) => {
    const stop = new AbortController();
    // Every call under way listens to it; Node would take more than ten for a leak.
    setMaxListeners(Number.POSITIVE_INFINITY, stop.signal);
    const timer = setTimeout(() => stop.abort(), Math.max(0, context.getRemainingTimeInMillis() - STOP_WORK_MS));
    try {
      return await run(event, stop.signal);
    } catch (fault) {
      const holdMs = context.getRemainingTimeInMillis() - HOLD_UNTIL_MS;
      if (holdMs > 0) await sleep(holdMs);
      throw fault;
    } finally {
      clearTimeout(timer);
    }
  };
}
