/** A line of a report: a name, a number, and what the number means. */
export function row(name: string, value: number, meaning: string): string {
  return `  ${name.padEnd(14)}${value.toFixed(0).padStart(6)}   ${meaning}`.trimEnd();
}
