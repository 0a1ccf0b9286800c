/** Plans as one page that can be sent around: nothing is fetched from anywhere. Pure. */
import { dollars } from "./figures";
import { type CostLine, totalOf } from "./monthly-cost";
import type { Plan } from "./plan";
import { rows, title } from "./render";
import { escaped, renderSvg } from "./svg";

export interface CostedPlan {
  readonly plan: Plan;
  readonly cost: readonly CostLine[];
}

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; color: #1c2126; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { text-align: left; vertical-align: top; padding: .2rem 1rem .2rem 0; border-bottom: 1px solid #e3e7eb; }
td.usd { text-align: right; font-variant-numeric: tabular-nums; }
svg { width: 100%; height: auto; }
.warning { border-left: 4px solid #b8501d; padding-left: .8rem; }
`;

export function renderHtml(plans: readonly CostedPlan[], pricesAsOf: string): string {
  return [
    "<!doctype html>",
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>Capacity plan</title><style>${STYLE}</style></head><body>`,
    "<h1>Capacity plan</h1>",
    ...plans.map((each) => section(each, pricesAsOf)),
    "</body></html>",
    "",
  ].join("\n");
}

function section({ plan, cost }: CostedPlan, pricesAsOf: string): string {
  return [
    `<h2>${escaped(title(plan))}</h2>`,
    "<table>",
    ...rows(plan).map(([name, text]) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(text)}</td></tr>`),
    "</table>",
    renderSvg([plan]),
    ...plan.warnings.map(
      ({ what, numbers, source }) =>
        `<p class="warning"><strong>${escaped(what)}</strong><br>${escaped(numbers)}<br>Source: ${escaped(source)}</p>`,
    ),
    `<p>USD a month, list prices of ${escaped(pricesAsOf)}, us-east-1</p><table>`,
    ...cost.map(({ service, usd, of = "" }) => costRow(service, usd, of)),
    costRow("total", totalOf(cost), cost.some(({ usd }) => usd === undefined) ? "of what is known" : ""),
    "</table>",
  ].join("\n");
}

function costRow(service: string, usd: number | undefined, of: string): string {
  return `<tr><th scope="row">${escaped(service)}</th><td class="usd">${dollars(usd)}</td><td>${escaped(of)}</td></tr>`;
}
