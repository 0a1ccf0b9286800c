/** Takes bytes off a stream in the pieces that a protocol has, until the rest is handed to somebody else. */
import type { Duplex } from "node:stream";

export class ByteIntake {
  #held: Buffer = Buffer.alloc(0);
  #hasEnded = false;
  #wake: (() => void) | undefined;
  readonly #stream: Duplex;

  constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on("data", this.#onData);
    for (const end of ["end", "close"]) stream.on(end, this.#onEnd);
  }

  /** @returns exactly so many bytes; undefined when the stream ends before */
  async take(count: number): Promise<Buffer | undefined> {
    while (this.#held.length < count) {
      if (this.#hasEnded) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return taken;
  }

  /** Takes no more from the stream, which is paused. @returns what was read too far */
  detach(): Buffer {
    this.#stream.pause();
    this.#stream.off("data", this.#onData);
    for (const end of ["end", "close"]) this.#stream.off(end, this.#onEnd);
    return this.#held;
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#wake?.();
  };

  readonly #onEnd = (): void => {
    this.#hasEnded = true;
    this.#wake?.();
  };
}
