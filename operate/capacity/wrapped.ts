const WIDTH = 80;

/** A text in lines of at most 80 characters, broken at spaces; all but the first are indented. */
export function wrapped(text: string, indent: number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > WIDTH) {
    const space = rest.lastIndexOf(" ", WIDTH);
    // A word that is longer than a line stays whole.
    if (space <= indent) break;
    lines.push(rest.slice(0, space));
    rest = `${" ".repeat(indent)}${rest.slice(space + 1)}`;
  }
  return [...lines, rest];
}
