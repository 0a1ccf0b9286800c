import { backlogChart } from "../../../operate/capacity/chart";
import type { Sample } from "../../../operate/capacity/course";
import { renderHtml } from "../../../operate/capacity/html";
import { monthlyCost } from "../../../operate/capacity/monthly-cost";
import { plan } from "../../../operate/capacity/plan";
import { renderPlan } from "../../../operate/capacity/render";
import { renderSvg } from "../../../operate/capacity/svg";
import { PRICES } from "../../../operate/prices";
import { stackNumbers, traffic } from "./planned-stack";

const sample = (atMs: number, backlog: number): Sample => ({
  atMs,
  backlog,
  inFlight: 0,
  stored: 0,
  concurrency: 1,
  oldestAgeMs: 0,
});

test("the chart shows the highest of each time, from its first sample to its last", () => {
  const samples = [0, 25, 50, 75, 100, 50, 0].map((backlog, index) => sample(index * 1_000, backlog));
  expect(backlogChart(samples, 1_000)).toEqual([
    "        100 ┤    █",
    "            ┤    █",
    "            ┤   ██",
    "            ┤   ██",
    "            ┤  ████",
    "            ┤  ████",
    "            ┤ █████",
    "          0 ┤ █████",
    "            └───────",
    "             -1.0 s 5.0 s",
  ]);
});

test("a course that is empty has an empty chart", () => {
  expect(backlogChart([])).toEqual([]);
});

const BUSY = stackNumbers({ stack: "webhook-<b>", accountConcurrency: 24, indexShards: 1 });
const LOAD = traffic({ ratePerSecond: 123_456, burst: 10_000_000, bodyBytes: 300_000, outageSeconds: 60 });
const costed = (numbers = BUSY, load = LOAD) => ({
  plan: plan(numbers, load),
  cost: monthlyCost(numbers, load, 10, PRICES),
});

/** Made once: half a million invocations are simulated for it. */
const BUSY_PLAN = costed();

test("a plan fits 80 columns, however large its numbers are", () => {
  const { plan: made, cost } = BUSY_PLAN;
  const lines = renderPlan(made, cost, "2026-11").split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(made.warnings.length).toBeGreaterThan(4);
});

test("a plan says that what was cut off is reckoned on, that it never drains, and which total is not whole", () => {
  const { plan: made, cost } = BUSY_PLAN;
  expect(renderPlan(made, cost, "2026-11")).toMatch(/drained {8}never: more comes than is stored/);
  const database = { instanceClass: "db.x9.large", storageGb: 20, multiAz: false };
  const { plan: other, cost: unknown } = costed(
    stackNumbers({ sink: "postgres", indexShards: undefined, database }),
    traffic(),
  );
  const text = renderPlan(other, unknown, "2026-11");
  expect(text).toMatch(/RDS instance +\? +no price of db\.x9\.large/);
  expect(text).toContain("total of these");
  expect(text).toContain("Nothing gives way.");
});

describe("the page and the chart", () => {
  const { plan: made, cost } = BUSY_PLAN;
  const page = renderHtml([{ plan: made, cost }], "2026-11");

  test.each([
    ["the page", page],
    ["the chart", renderSvg([made, made])],
  ])("%s fetches nothing, runs nothing and escapes names", (_, text) => {
    expect(text.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(
      /https?:|<script|url\(|<link|<img|NaN|undefined/,
    );
    expect(text).toContain("webhook-&lt;b&gt;");
  });

  test("every element that is opened is closed", () => {
    for (const text of [page, renderSvg([made])]) expect(unclosed(text)).toEqual([]);
  });

  test("a chart has a panel for each stack, and lines within its frame", () => {
    const svg = renderSvg([made, made]);
    const [, height = 0] = (/viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? []).slice(1).map(Number);
    const points = [...svg.matchAll(/polyline points="([^"]+)"/g)].map(([, list = ""]) => list.split(" "));
    expect(points).toHaveLength(4);
    for (const point of points.flat()) {
      const [x = -1, y = -1] = point.split(",").map(Number);
      expect(x >= 90 && x <= 760 && y >= 0 && y <= height / 2).toBe(true);
    }
  });
});

/** Names of elements that are opened and not closed in order; those of HTML that have no end are left out. */
function unclosed(text: string): string[] {
  const open: string[] = [];
  for (const [, slash, name = "", rest = ""] of text.matchAll(/<(\/?)([a-z][a-z0-9]*)\b([^>]*)>/gi)) {
    if (rest.endsWith("/") || name === "meta" || name === "br") continue;
    if (slash !== "/") open.push(name);
    else if (open.at(-1) === name) open.pop();
    else open.push(`/${name}`);
  }
  return open;
}
