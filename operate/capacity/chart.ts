/** The backlog over time as a chart of block characters. Pure. */
import type { Sample } from "./course";
import { count, duration } from "./figures";

const BLOCKS = "▁▂▃▄▅▆▇█";
const ROWS = 8;
const COLUMNS = 60;
const LABEL = 11;

/** Lines of at most 74 characters: each column shows the highest of its time. Empty for a course without samples. */
export function backlogChart(samples: readonly Sample[], zeroMs = 0): readonly string[] {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return [];
  const columns = highestByTime(samples, Math.min(COLUMNS, samples.length));
  const highest = Math.max(1, ...columns);
  const rows = Array.from({ length: ROWS }, (_, index) => {
    const row = ROWS - 1 - index;
    const label = row === ROWS - 1 ? count(highest) : row === 0 ? "0" : "";
    return `${label.padStart(LABEL)} ┤${columns.map((value) => block(value, highest, row)).join("")}`.trimEnd();
  });
  const [from, to] = [duration(first.atMs - zeroMs), duration(last.atMs - zeroMs)];
  const axis = `${" ".repeat(LABEL)} └${"─".repeat(columns.length)}`;
  const width = columns.length - from.length;
  return [...rows, axis, `${" ".repeat(LABEL + 2)}${from}${to.padStart(Math.max(width, to.length + 1))}`];
}

/** By time, since samples need not be evenly apart. */
function highestByTime(samples: readonly Sample[], columns: number): readonly number[] {
  const [first, last] = [samples[0]?.atMs ?? 0, samples.at(-1)?.atMs ?? 0];
  const highest = Array.from({ length: columns }, () => 0);
  for (const { atMs, backlog } of samples) {
    const share = last === first ? 0 : (atMs - first) / (last - first);
    const column = Math.min(columns - 1, Math.floor(share * columns));
    highest[column] = Math.max(highest[column] ?? 0, backlog);
  }
  return highest;
}

function block(value: number, highest: number, row: number): string {
  const eighths = Math.ceil((value / highest) * ROWS * BLOCKS.length) - row * BLOCKS.length;
  if (eighths <= 0) return " ";
  return BLOCKS[Math.min(BLOCKS.length, eighths) - 1] ?? " ";
}
