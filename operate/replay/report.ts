/** What a replay did, for a person: a line a record, and the sum. Pure. */
import { ENDS, type End, type Replayed } from "./replay";

const WORDS: Readonly<Record<End, readonly [one: string, sum: string]>> = {
  "would-store": ["would store", "would be stored"],
  stored: ["stored", "stored"],
  duplicate: ["duplicate", "were stored before: their sender had sent them again"],
  conflict: ["conflict", "are kept as conflicts: their id is stored with other content"],
  filtered: ["filtered", "verify, and are of a type that their source does not want"],
  refused: ["refused", "still do not verify"],
  incomplete: ["incomplete", "cannot be verified: too little of them was kept"],
  unstorable: ["unstorable", "verify, and the table refuses them"],
};
const WIDTH = Math.max(...Object.values(WORDS).map(([one]) => one.length));

export function renderReplayed({ record, end, key, reason }: Replayed): string {
  const why = reason === undefined || reason === record.reason ? "" : `, now ${reason}`;
  const who = key ?? record.key;
  return `${WORDS[end][0].padEnd(WIDTH)}  ${record.receivedAt}  ${who}  (was ${record.reason}${why})\n`;
}

/** @param stores whether anything was to be changed */
export function renderSum(counts: Readonly<Record<End, number>>, stores: boolean): string {
  const some = ENDS.filter((end) => counts[end] > 0);
  const digits = Math.max(0, ...some.map((end) => String(counts[end]).length));
  const lines = some.map((end) => `  ${String(counts[end]).padStart(digits)} ${WORDS[end][1]}`);
  const all = ENDS.reduce((sum, end) => sum + counts[end], 0);
  return [
    "",
    `${all} rejected ${all === 1 ? "event" : "events"} looked at`,
    ...lines,
    ...next(counts, stores),
    "",
  ].join("\n");
}

function next(counts: Readonly<Record<End, number>>, stores: boolean): readonly string[] {
  if (stores) return [];
  const what = counts["would-store"] > 0 ? " Give --yes to store what verifies." : "";
  return [`A dry run: nothing was changed.${what}`];
}
