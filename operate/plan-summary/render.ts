/** What the plans do, as a comment of a pull request. Pure. */
import type { Danger } from "./dangers/rule";
import type { VersionChange } from "./lock-file";
import { code, plural } from "./markdown";
import type { Change } from "./plan";
import { countDangers, hasChanges, SHOWN_ACTIONS, type ShownAction, type StackSummary, type Summary } from "./summary";

/** By this a later run finds the comment that it updates. */
export const MARKER = "<!-- plan-summary -->";

/** GitHub takes 65,536 characters of a comment; some are left for what a workflow adds. */
const MOST_CHARACTERS = 60_000;
/** Things in one line. */
const MOST_OF_A_KIND = 10;
/** Rows of a list, tried one after the other until the comment fits. */
const ROWS = [200, 50, 10, 0] as const;

const WORDS: Readonly<Record<ShownAction, string>> = {
  destroy: "destroyed",
  replace: "replaced",
  update: "changed",
  create: "created",
  forget: "no longer managed",
  move: "only moved or imported",
};

export function renderSummary(summary: Summary): string {
  for (const rows of ROWS) {
    const text = rendered(summary, rows);
    if (text.length <= MOST_CHARACTERS) return text;
  }
  return onlyCounted(summary);
}

/** What is dangerous is said in any case; where, is left to the JSON. */
function onlyCounted(summary: Summary): string {
  const dangers = bySentence(summary.stacks.flatMap((stack) => stack.dangers));
  return [
    MARKER,
    `## ${headline(summary)}`,
    "",
    ...dangers.map(([says, group]) => `- **${says}** ${plural(group.length, "time")}`),
    "",
    "Where they are does not fit into a comment: plan-summary --json says it.",
    "",
  ].join("\n");
}

function rendered(summary: Summary, rows: number): string {
  const several = summary.stacks.length > 1;
  const dangers = [
    ...summary.versions.filter(({ isMajor }) => isMajor).map((version) => `- ${ofVersion(version)}`),
    ...summary.stacks.flatMap((stack) => dangerLines(stack.dangers, several ? stack.plan.name : "")),
  ];
  return [
    MARKER,
    `## ${headline(summary)}`,
    "",
    // The alert takes the list's lines by their quotation marks.
    ...(dangers.length === 0
      ? []
      : ["> [!CAUTION]", ...limited(dangers, Math.max(rows, 100)).map((line) => `> ${line}`), ""]),
    ...summary.stacks.flatMap((stack) => [...stackLines(stack, rows), ""]),
    ...versionLines(summary.versions),
  ]
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/\n*$/, "\n");
}

function headline(summary: Summary): string {
  const dangers = countDangers(summary);
  const changing = summary.stacks.filter(hasChanges).length;
  if (dangers > 0) return `${plural(dangers, "danger")} in ${plural(summary.stacks.length, "plan")}`;
  return changing === 0 ? "Nothing changes" : `No known danger in ${plural(summary.stacks.length, "plan")}`;
}

/** A line for each, but one for all that say the same. @param stack "" where there is only one */
function dangerLines(dangers: readonly Danger[], stack: string): string[] {
  return bySentence(dangers).map(([says, group]) => {
    const each = limited(group.map(whereAndWhat), MOST_OF_A_KIND);
    return `- **${says}**${stack === "" ? "" : ` ${code(stack)}`} ${each.join("; ")}`.trimEnd();
  });
}

function bySentence(dangers: readonly Danger[]): (readonly [says: string, group: readonly Danger[]])[] {
  const sentences = [...new Set(dangers.map(({ says }) => says))];
  return sentences.map((says) => [says, dangers.filter((danger) => danger.says === says)] as const);
}

function whereAndWhat({ address, before, after, items = [] }: Danger): string {
  const change = before === undefined || after === undefined ? [] : [`${code(before)} → ${code(after)}`];
  const details = [...limited(items.map(code), MOST_OF_A_KIND), ...change].join(", ");
  return [address === "" ? "" : code(address), details].filter((part) => part !== "").join(": ");
}

function ofVersion({ provider, before, after }: VersionChange): string {
  return `**The major version of a provider changes.** ${code(provider)}: ${code(before)} → ${code(after)}`;
}

function stackLines(stack: StackSummary, rows: number): string[] {
  const { plan, changes } = stack;
  const counts = SHOWN_ACTIONS.filter((action) => changes[action].length > 0);
  const said = counts.map((action) => `${changes[action].length} ${WORDS[action]}`).join(", ");
  const outputs = plan.outputs.length === 0 ? "" : plural(plan.outputs.length, "output changes", "outputs change");
  return [
    `### ${code(plan.name)}: ${[said, outputs].filter((part) => part !== "").join(", ") || "nothing changes"}`,
    "",
    ...counts.flatMap((action) => section(action, changes[action], rows)),
    ...(plan.drifted.length === 0
      ? []
      : details(
          `${plan.drifted.length} changed outside Terraform since the last apply`,
          plan.drifted.map((a) => `- ${code(a)}`),
          rows,
        )),
  ];
}

/** What is lost is open; the rest is unfolded by who wants to know. */
function section(action: ShownAction, changes: readonly Change[], rows: number): string[] {
  const lines = changes.map(changeLine);
  const title = `${changes.length} ${WORDS[action]}`;
  if (action !== "destroy" && action !== "replace") return details(title, lines, rows);
  return [`${title[0]?.toUpperCase()}${title.slice(1)}:`, "", ...limited(lines, rows), ""];
}

function details(title: string, lines: readonly string[], rows: number): string[] {
  return ["<details>", `<summary>${title}</summary>`, "", ...limited(lines, rows), "", "</details>", ""];
}

function changeLine({ address, attributes, because, movedFrom, isImported, isDeposed, action }: Change): string {
  const why = because.length > 0 ? `, because of ${because.map(code).join(", ")}` : "";
  const which = action === "update" && attributes.length > 0 ? `: ${attributes.map(code).join(", ")}` : "";
  const moved = movedFrom === undefined ? "" : `, until now ${code(movedFrom)}`;
  return `- ${code(address)}${isDeposed ? " (left over)" : ""}${isImported ? " (imported)" : ""}${moved}${why}${which}`;
}

function limited(lines: readonly string[], most: number): string[] {
  if (lines.length <= most) return [...lines];
  const rest = lines.length - most;
  const more = lines[0]?.startsWith("- ") ? `- and ${rest} more` : `and ${rest} more`;
  return [...lines.slice(0, most), more];
}

function versionLines(versions: readonly VersionChange[]): string[] {
  const others = versions.filter(({ isMajor }) => !isMajor);
  if (others.length === 0) return [];
  const lines = others.map(({ provider, before, after }) => `- ${code(provider)}: ${code(before)} → ${code(after)}`);
  return ["Other provider versions:", "", ...lines, ""];
}
