/** Text from a plan in Markdown: whatever it holds, it is shown and not acted on. Pure. */

/** Longer values are cut: a policy would bury the rest. */
const MOST_CHARACTERS = 160;

/**
 * As code, in which no markup, link or mention works. Line breaks, control and direction characters become spaces, so
 * that a value can neither leave its line nor look like another.
 */
export function code(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
  const characters = [...plain];
  const cut = characters.length > MOST_CHARACTERS ? `${characters.slice(0, MOST_CHARACTERS).join("")}…` : plain;
  const longest = Math.max(0, ...[...cut.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  // A backtick at an end would join the fence; one space there is not shown.
  const pad = /^`|`$/.test(cut) || cut === "" ? " " : "";
  return `${fence}${pad}${cut}${pad}${fence}`;
}

export function plural(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
