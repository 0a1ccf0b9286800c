/** `npm run webhook -- capacity`: what each environment's stacks bear, and what given traffic does to them. */
import { writeFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { environments } from "../environments";
import { renderBudget } from "../operate/capacity/budget-table";
import { chartUnwritable } from "../operate/capacity/errors";
import { renderHtml } from "../operate/capacity/html";
import { monthlyCost } from "../operate/capacity/monthly-cost";
import { plan, sustainedBatch } from "../operate/capacity/plan";
import { LIST_PRICES, readPrices } from "../operate/capacity/price-file";
import { renderPlan } from "../operate/capacity/render";
import { renderSvg } from "../operate/capacity/svg";
import { chooseEnvironment } from "../stacks/environment";
import { numbersOf } from "./capacity-numbers";

interface CapacityOptions {
  readonly environment?: string;
  readonly rate: number;
  readonly burst: number;
  readonly burstSeconds: number;
  readonly bodyBytes: number;
  readonly storeMs: number;
  readonly outageMinutes: number;
  readonly prices?: string;
  readonly svg?: string;
  readonly html?: string;
}

const DEFAULTS = { rate: 10, burst: 5_000, burstSeconds: 1, bodyBytes: 10_240, storeMs: 100 } as const;

export function capacityCommand(): Command {
  return new Command("capacity")
    .description("Plans: the connection budget, and what traffic does to queue, consumer and bill of each stack.")
    .option("--environment <name>", "which environment of environments.ts; else all")
    .option("--rate <n>", "events a second, all the time", amount(0, 1_000_000), DEFAULTS.rate)
    .option("--burst <n>", "events on top of it", amount(0, 100_000_000), DEFAULTS.burst)
    .option("--burst-seconds <n>", "time over which the burst comes", amount(0, 86_400), DEFAULTS.burstSeconds)
    .option("--body-bytes <n>", "size of a body", amount(0, 10_485_760), DEFAULTS.bodyBytes)
    .option(
      "--store-ms <n>",
      "what the consumer takes for a batch: measure yours",
      amount(1, 900_000),
      DEFAULTS.storeMs,
    )
    .option("--outage-minutes <n>", "the sink is down so long from the burst on", amount(0, 1_440), 0)
    .option("--prices <file.json>", "your prices, with the names of operate/prices.ts")
    .option("--svg <file>", "write the charts as SVG")
    .option("--html <file>", "write plans and charts as one page")
    .addHelpText("after", HELP)
    .action(capacity);
}

const HELP = `
The simulation is driven by the rule that the local poller follows; docs/capacity.md says what it leaves out.

  npm run webhook -- capacity --environment production --rate 200 --burst 50000 --burst-seconds 10`;

function capacity(options: CapacityOptions): void {
  const names = options.environment === undefined ? Object.keys(environments) : [options.environment];
  // Prices, settings and files first: nobody should read half a plan before a mistake is told.
  const { prices, asOf } = options.prices === undefined ? LIST_PRICES : readPrices(options.prices);
  const stacks = names.flatMap((name) => {
    const { environment, settings } = chooseEnvironment(environments, name);
    return numbersOf(environment, settings);
  });
  for (const file of [options.svg, options.html]) if (file !== undefined) write(file, "");
  const traffic = {
    ratePerSecond: options.rate,
    burst: options.burst,
    burstSeconds: options.burstSeconds,
    bodyBytes: options.bodyBytes,
    storeMs: options.storeMs,
    outageSeconds: options.outageMinutes * 60,
  };
  const plans = stacks.map(({ numbers, budget }) => ({
    budget,
    plan: plan(numbers, traffic),
    cost: monthlyCost(numbers, traffic, sustainedBatch(numbers, traffic), prices),
  }));
  for (const { plan: made, cost, budget } of plans) {
    if (budget !== undefined) process.stdout.write(renderBudget(made.numbers.stack, budget));
    process.stdout.write(renderPlan(made, cost, asOf));
  }
  if (options.svg !== undefined) write(options.svg, renderSvg(plans.map((each) => each.plan)));
  if (options.html !== undefined) write(options.html, renderHtml(plans, asOf));
}

/** @throws CapacityError where it cannot be written */
function write(file: string, content: string): void {
  try {
    writeFileSync(file, content);
  } catch (cause) {
    throw chartUnwritable(file, cause);
  }
}

function amount(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (text.trim() === "" || !(number >= least && number <= most))
      throw new InvalidArgumentError(`"${text}" is not a number from ${least} to ${most}.`);
    return number;
  };
}
