/** A line of block characters for a series of numbers, at most `width` wide; each character shows its slot's highest. */
export function sparkline(values: readonly number[], width: number): string {
  if (values.length === 0) return "";
  const slots = Math.min(width, values.length);
  const highest = Math.max(...values, 1);
  return Array.from({ length: slots }, (_, slot) => {
    const from = Math.floor((slot * values.length) / slots);
    const to = Math.max(from + 1, Math.floor(((slot + 1) * values.length) / slots));
    return blockFor(Math.max(...values.slice(from, to)), highest);
  }).join("");
}

const BLOCKS = "▁▂▃▄▅▆▇█";

function blockFor(value: number, highest: number): string {
  if (value === 0) return " ";
  return BLOCKS[Math.min(BLOCKS.length - 1, Math.floor((value / highest) * BLOCKS.length))] ?? " ";
}
