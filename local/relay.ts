/** Passes on what one side of a connection sends to the other, its end included, each piece held for a while if asked. */
import type { Duplex } from "node:stream";

interface Piece {
  /** Undefined: the end. */
  readonly bytes: Buffer | undefined;
  readonly due: number;
}

/**
 * @param first what was read of `from` already
 * @param delayMs asked for each piece; those that are held keep their order
 */
export function relay(from: Duplex, to: Duplex, first: Buffer, delayMs: () => number = () => 0): void {
  const held: Piece[] = [];
  let timer: NodeJS.Timeout | undefined;

  const pass = (bytes: Buffer | undefined): void => {
    if (to.destroyed || to.writableEnded) return;
    if (bytes === undefined) to.end();
    else if (!to.write(bytes)) from.pause();
  };
  const passDue = (): void => {
    timer = undefined;
    while (held[0] !== undefined && held[0].due <= Date.now()) pass(held.shift()?.bytes);
    if (held[0] !== undefined) timer = setTimeout(passDue, held[0].due - Date.now());
  };
  const take = (bytes: Buffer | undefined): void => {
    const delay = delayMs();
    if (delay === 0 && held.length === 0) {
      pass(bytes);
      return;
    }
    held.push({ bytes, due: Date.now() + delay });
    timer ??= setTimeout(passDue, delay);
  };

  if (first.length > 0) take(first);
  to.on("drain", () => from.resume());
  from.on("data", take);
  from.on("end", () => take(undefined));
  from.on("close", () => {
    // Cut, not ended: the other side is cut too, once it has what was sent before.
    if (!from.readableEnded) take(undefined);
  });
  to.on("close", () => clearTimeout(timer));
  from.resume();
}
