/** What comes next in simulated time; what is entered for the same time comes in the order in which it was entered. */

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
}

/** A binary heap: a simulation enters and takes millions. */
export class Calendar {
  readonly #heap: Entry[] = [];
  #entered = 0;

  /** @param at milliseconds */
  enter(at: number, act: () => void): void {
    const entry = { at, order: this.#entered++, act };
    let index = this.#heap.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = this.#heap[parent];
      if (above === undefined || isBefore(above, entry)) break;
      this.#heap[index] = above;
      index = parent;
    }
    this.#heap[index] = entry;
  }

  /** Takes what comes next out; undefined when nothing is left. */
  next(): Entry | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      let below = heap[child];
      if (below === undefined) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, below)) {
        child++;
        below = right;
      }
      if (isBefore(last, below)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

const isBefore = (one: Entry, other: Entry): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);
