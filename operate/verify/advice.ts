/** Which lines of the table of assumptions to change. Pure. */
import type { Assumptions, Change } from "./beliefs";
import type { Comparison } from "./compare";
import { INGRESSES } from "./probe";
import { PROBES } from "./probes";

/** The table of assumptions, and where it stands. */
export interface Table {
  readonly assumptions: Assumptions;
  /** Its file, as a person finds it. */
  readonly file: string;
  /** Where a row's choice stands, such as "local/aws-assumptions.ts:24". */
  readonly lineOf: (name: string) => string;
}

export interface LineChange {
  readonly name: string;
  readonly line: string;
  readonly choice: string;
}

export function lineChanges(change: Change, { lineOf }: Table): readonly LineChange[] {
  return Object.entries(change).map(([name, choice]) => ({ name, line: lineOf(name), choice }));
}

/** What to do about a difference. */
export function adviceOf({ rests, changes }: Pick<Comparison, "rests" | "changes">, table: Table): readonly string[] {
  const [first, ...others] = changes.map((change) => sentence(lineChanges(change, table)));
  if (first !== undefined) return [`Change ${first}`, ...others.map((other) => `or ${other}`)];
  const rows = rests.map((name) => `${table.lineOf(name)} (${name})`);
  if (rows.length === 0)
    return [`No row of ${table.file} is about this: it is documented, or this project's own. Add one, and play it.`];
  return ["No choice in the table plays this. Add it to what this rests on, and play it:", ...rows];
}

/** Rows that no probe rests on, whichever the ingress. */
export function notProbed(assumptions: Assumptions): readonly { readonly name: string; readonly check: string }[] {
  const probed = new Set<string>(
    PROBES.flatMap(({ expected }) => INGRESSES.flatMap((ingress) => expected[ingress].rests)),
  );
  return Object.entries(assumptions).flatMap(([name, { check }]) => (probed.has(name) ? [] : [{ name, check }]));
}

function sentence(changes: readonly LineChange[]): string {
  return changes.map(({ name, line, choice }) => `${line} (${name}) to choice: "${choice}"`).join(" and ");
}
