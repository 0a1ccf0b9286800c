import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits between attempts, in milliseconds. A right that was just granted holds "within seconds" in most cases (IAM User
 * Guide, "Changes that I make are not always immediately visible"): a first deployment comes that early.
 */
const WAITS_MS = [1_000, 2_000, 4_000, 8_000];

/**
 * Does something that a right allows which may have been granted a moment ago.
 * @param isDenied whether that is what the error says; any other is thrown at once
 */
export async function onceAllowed<T>(
  attempt: () => Promise<T>,
  isDenied: (error: unknown) => boolean,
  wait: (ms: number) => Promise<unknown> = sleep,
): Promise<T> {
  for (const ms of WAITS_MS) {
    try {
      return await attempt();
    } catch (error) {
      if (!isDenied(error)) throw error;
      await wait(ms);
    }
  }
  return attempt();
}
