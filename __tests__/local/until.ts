/** Waits for what only another process or a server can make true, and no timeline tells. */
import { setTimeout as sleep } from "node:timers/promises";

const ASK_EVERY_MS = 20;

/** Asks again until it holds. @throws Error when it does not in time */
export async function until(holds: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const giveUp = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > giveUp) throw new Error(`It did not come to hold within ${withinMs} ms.`);
    await sleep(ASK_EVERY_MS);
  }
}
