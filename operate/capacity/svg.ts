/** The course of plans as one SVG: for each stack the events that wait, and the invocations at once. Pure. */
import type { Sample } from "./course";
import { count, duration } from "./figures";
import { LEAD_IN_MS, type Plan } from "./plan";
import { title } from "./render";

const WIDTH = 800;
const PLOT = { left: 90, width: 670, height: 150 } as const;
const TITLE = 40;
const GAP = 60;
const PANEL = TITLE + PLOT.height + GAP + PLOT.height + GAP;

/** A whole document of its own: no font, style or script from elsewhere. */
export function renderSvg(plans: readonly Plan[]): string {
  const height = Math.max(1, plans.length) * PANEL;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="system-ui, sans-serif" font-size="13">`,
    "<title>Events that wait and invocations at once over time</title>",
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...plans.map((plan, index) => `<g transform="translate(0 ${index * PANEL})">${panel(plan)}</g>`),
    "</svg>",
    "",
  ].join("\n");
}

function panel(plan: Plan): string {
  const { samples } = plan.course;
  return [
    text(PLOT.left, 24, title(plan), 'font-size="16" font-weight="600"'),
    plot(TITLE, samples, ({ backlog }) => backlog, { name: "events that wait", colour: "#1d6fb8" }),
    plot(TITLE + PLOT.height + GAP, samples, ({ concurrency }) => concurrency, {
      name: "invocations at once",
      colour: "#b8501d",
    }),
  ].join("\n");
}

function plot(
  top: number,
  samples: readonly Sample[],
  measure: (sample: Sample) => number,
  { name, colour }: { readonly name: string; readonly colour: string },
): string {
  const [firstMs, lastMs] = [samples[0]?.atMs ?? 0, samples.at(-1)?.atMs ?? 0];
  const lengthMs = Math.max(1, lastMs - firstMs);
  const highest = Math.max(1, ...samples.map(measure));
  const x = (atMs: number) => (PLOT.left + ((atMs - firstMs) / lengthMs) * PLOT.width).toFixed(1);
  const y = (value: number) => (top + PLOT.height - (value / highest) * PLOT.height).toFixed(1);
  const bottom = top + PLOT.height;
  const points = samples.map((sample) => `${x(sample.atMs)},${y(measure(sample))}`).join(" ");
  const times = [0, 0.25, 0.5, 0.75, 1].map((share) => firstMs + share * lengthMs);
  return [
    ...(highest % 2 === 0 ? [0, 0.5, 1] : [0, 1]).map((share) => {
      const at = y(share * highest);
      return `<line x1="${PLOT.left}" x2="${PLOT.left + PLOT.width}" y1="${at}" y2="${at}" stroke="#d8dde2"/>${text(PLOT.left - 8, Number(at) + 4, count(share * highest), 'text-anchor="end"')}`;
    }),
    `<polygon points="${x(firstMs)},${bottom} ${points} ${x(lastMs)},${bottom}" fill="${colour}" fill-opacity="0.15"/>`,
    `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...times.map((atMs) => text(Number(x(atMs)), bottom + 18, duration(atMs - LEAD_IN_MS), 'text-anchor="middle"')),
    text(PLOT.left, bottom + 36, `${name}; time from the beginning of the burst`, `fill="${colour}"`),
  ].join("\n");
}

function text(x: number, y: number, content: string, attributes = ""): string {
  return `<text x="${x}" y="${y.toFixed(1)}" ${attributes}>${escaped(content)}</text>`;
}

/** As text of XML and HTML. */
export const escaped = (content: string): string =>
  content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
