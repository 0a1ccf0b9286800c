/** Those who wait for a message on an empty queue (long polling), served in the order in which they came. */
import type { Received } from "./queue";

export interface Poll {
  /** 1–10. */
  readonly maximum: number;
  readonly visibilityTimeoutSeconds: number;
}

interface Waiting extends Poll {
  readonly end: (received: readonly Received[]) => void;
}

export class LongPolls {
  readonly #waiting = new Set<Waiting>();

  /**
   * Resolves with nothing when no message came in time.
   * @param cut ends the wait; its reason is what the caller is answered
   */
  wait(poll: Poll, waitSeconds: number, cut?: AbortSignal): Promise<readonly Received[]> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        cut?.removeEventListener("abort", beCut);
        this.#waiting.delete(waiting);
      };
      const end = (received: readonly Received[]) => {
        leave();
        resolve(received);
      };
      const beCut = () => {
        leave();
        reject(cut?.reason);
      };
      const waiting: Waiting = { ...poll, end };
      const timer = setTimeout(() => end([]), waitSeconds * 1000);
      cut?.addEventListener("abort", beCut);
      this.#waiting.add(waiting);
    });
  }

  /** Gives each what `take` has for it, until that is nothing. */
  serve(take: (poll: Poll) => readonly Received[]): void {
    for (const waiting of this.#waiting) {
      const received = take(waiting);
      if (received.length === 0) return;
      waiting.end(received);
    }
  }

  stop(): void {
    for (const { end } of this.#waiting) end([]);
  }
}
