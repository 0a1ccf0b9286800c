/** A progress bar on stderr, where that is a terminal: how many of the sent events have come to an end. */
import { SingleBar } from "cli-progress";
import type { Step, Timeline } from "../timeline";

const ENDS: readonly Step[] = ["refused", "answered", "deleted", "dead-lettered"];

export class Progress {
  readonly #stop: () => void;

  /** @param remark what to know while waiting, such as why the last one takes long; a few words */
  constructor(timeline: Timeline, total: number, remark: string) {
    if (!process.stderr.isTTY) {
      this.#stop = () => {};
      return;
    }
    const bar = new SingleBar({
      // Within the 80 columns of a terminal.
      format: `  {bar} {value}/{total} done, {duration} s; ${remark}`,
      barsize: 16,
      stream: process.stderr,
      // Else the terminal's wrapping is switched off, and stays so when the run is interrupted.
      linewrap: true,
    });
    bar.start(total, 0);
    const stopListening = timeline.onEntry(({ step }) => {
      if (ENDS.includes(step)) bar.increment();
    });
    this.#stop = () => {
      stopListening();
      bar.stop();
    };
  }

  stop(): void {
    this.#stop();
  }
}
