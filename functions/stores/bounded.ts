/** Marks a cut. */
const CUT = "…";

/** A text of at most so many characters; a longer one is cut and ends in `mark`. Never half a character. */
export function bounded(text: string, maxCharacters: number, mark = CUT): string {
  if (text.length <= maxCharacters) return text;
  const cut = text.slice(0, maxCharacters - mark.length);
  const endsInHalf = /[\ud800-\udbff]$/.test(cut);
  return `${endsInHalf ? cut.slice(0, -1) : cut}${mark}`;
}

/** The first entries whose names and values have together at most so many characters; the last one may be cut. */
export function boundedMap(map: Readonly<Record<string, string>>, maxCharacters: number): Record<string, string> {
  const kept: [name: string, value: string][] = [];
  let left = maxCharacters;
  for (const [name, value] of Object.entries(map)) {
    left -= name.length;
    if (left < CUT.length) break;
    const fitting = bounded(value, left);
    kept.push([name, fitting]);
    left -= fitting.length;
  }
  return Object.fromEntries(kept);
}
