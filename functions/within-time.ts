/** The work had not ended in time. It was told to stop; whether it still had its effect is not known. */
export class OutOfTime extends Error {
  override readonly name = "OutOfTime";

  constructor(timeMs: number) {
    super(`no answer within ${timeMs} ms`);
  }
}

/**
 * Gives work so many milliseconds, sharply: the SDK does not look at its signal while it waits between two attempts.
 * @throws OutOfTime
 */
export async function withinTime<T>(timeMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new OutOfTime(timeMs));
      stop.abort();
    }, timeMs);
  });
  const underWay = work(stop.signal);
  // Its fault after the time is up is nobody's.
  underWay.catch(() => {});
  try {
    return await Promise.race([underWay, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
