/** What a verification found, for a person. Pure. */
import { adviceOf, notProbed, type Table } from "./advice";
import { type Aspect, differs } from "./compare";
import { pathOfRun, SOURCE } from "./marked-request";
import type { Result, Verification } from "./verify";

const NOT_LOOKED_AT = "(not looked at)";
const THE_SAME = "the same";

export function agrees({ results }: Verification): boolean {
  return results.every((result) => result.agrees);
}

export function renderVerification(verification: Verification, table: Table): string {
  const { origin, ingress, results, runId } = verification;
  return [
    `${origin}, ${ingress} ingress, ${results.length} probes; … is ${pathOfRun(runId)}`,
    "",
    ...rowsOf(verification),
    "",
    ...results.flatMap((result) => (result.agrees ? [] : [...adviceLines(result, table), ""])),
    ...notLookedAt(verification),
    "Not probed, to be looked at by hand:",
    ...notProbed(table.assumptions).map(({ name, check }) => `  ${name}: ${check}`),
    "",
    `The events of these probes have the source ${SOURCE}, and the run's path in their attributes where they were rejected;`,
    "nothing removes them but the table's own expiry.",
    conclusion(verification),
    "",
  ].join("\n");
}

/** A block a probe: what it asks, and per aspect what was done and what is assumed. */
function rowsOf({ results, subject }: Verification): readonly string[] {
  const rows = results.map(({ aspects }) => aspects.map((aspect) => ({ aspect, cells: cellsOf(aspect) })));
  const heads: Cells = ["", `${subject} did`, "the local run assumes"];
  const all: readonly Cells[] = [heads, ...rows.flat().map(({ cells }) => cells)];
  const widths = [0, 1].map((column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: Cells, mark = " ") =>
    `  ${mark} ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("   ")}`.trimEnd();
  return [
    line(heads),
    ...results.flatMap(({ probe, request }, index) => [
      `${probe.id}: ${probe.asks} (${request.method})`,
      ...(rows[index] ?? []).map(({ aspect, cells }) => line(cells, differs(aspect) ? "≠" : " ")),
    ]),
  ];
}

type Cells = readonly [aspect: string, did: string, assumed: string];

function cellsOf({ aspect, did, assumed }: Aspect): Cells {
  return [aspect, did ?? NOT_LOOKED_AT, did === assumed ? THE_SAME : assumed];
}

function adviceLines(result: Result, table: Table): readonly string[] {
  return [`${result.probe.id} differs.`, ...adviceOf(result, table).map((line) => `  ${line}`)];
}

function notLookedAt({ tableName, results }: Verification): readonly string[] {
  const aspects = results.flatMap((result) => result.aspects.filter(({ did }) => did === undefined));
  const names = [...new Set(aspects.map(({ aspect }) => aspect))];
  if (names.length === 0) return [];
  const want = tableName === undefined ? "--table" : "a header apigw-requestid in the answer";
  return [`Not looked at, for want of ${want}: ${names.join(", ")}.`, ""];
}

function conclusion({ results, subject }: Verification): string {
  const differing = results.filter((result) => !result.agrees);
  if (differing.length === 0) return `${subject} did what the local run assumes, in each of ${results.length} probes.`;
  return `${subject} did otherwise than the local run assumes, in ${differing.length} of ${results.length} probes.`;
}
