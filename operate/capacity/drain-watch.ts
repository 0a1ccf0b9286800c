/** Sees when a queue is drained: it was empty, and all that had come by then is stored or dead-lettered. */
import type { SimulatedQueue } from "./simulated-queue";

export class DrainWatch {
  drainedAtMs: number | undefined;
  /** Events that had come when the queue was found empty. */
  #total: number | undefined;

  /** @param fromMs before this time an empty queue is not called drained */
  constructor(
    private readonly fromMs: number,
    private readonly queue: SimulatedQueue,
  ) {}

  look(atMs: number): void {
    if (this.drainedAtMs !== undefined || atMs < this.fromMs) return;
    if (this.#total === undefined && this.queue.backlog(atMs) === 0) this.#total = this.queue.arrived(atMs);
    if (this.#total !== undefined && this.queue.done >= this.#total) this.drainedAtMs = atMs;
  }
}
