/** The rules between the settings of the stack whose sink is PostgreSQL, and the budget of its connections. Pure. */
import { budgetText, type ConnectionBudget, databaseVcpus, sinkBudget } from "./capacity";
import { databaseRules } from "./database-rules";
import type { BrokenRule } from "./errors";
import type { PostgresSinkSettings } from "./postgres-settings";
import type { Settings } from "./settings";

export function postgresRules({ postgresSink: sink, region }: Settings): BrokenRule[] {
  return sink === undefined ? [] : [...databaseRules(sink, region), ...budgetRules(sink)];
}

const CONSUMER = "postgresSink.consumer";

function budgetRules(sink: PostgresSinkSettings): BrokenRule[] {
  // A class that nobody knows is a mistake of its own.
  if (databaseVcpus(sink.database) === undefined) return [];
  // A proxy is a mistake too, and what it would save is not to be had.
  const budget = sinkBudget({ ...sink, proxy: false });
  if (budget.demand <= budget.budget) return [];
  return [
    {
      path: `${CONSUMER}.maximumConcurrency`,
      involves: [
        `${CONSUMER}.maximumConcurrency`,
        `${CONSUMER}.reservedConcurrency`,
        "postgresSink.database",
        "postgresSink.connections",
      ],
      value: `${sink.consumer.maximumConcurrency}`,
      rule: `the functions would hold ${budget.demand} connections, and the database can promise ${budget.budget}`,
      arithmetic: budgetText(budget.lines),
      source: "stacks/connection-budget.ts; of each line beside it",
      remedy: `${whatFits(budget)}, or ${whatGivesMore(budget, sink.database.kind)}.`,
      code: "CONNECTION_BUDGET_EXCEEDED",
    },
  ];
}

function whatFits({ fits }: ConnectionBudget): string {
  if (fits >= 2) return `Set it to ${fits} or less`;
  if (fits === 1) return `Set it and ${CONSUMER}.reservedConcurrency to 1`;
  return "No maximumConcurrency fits: promise less to others";
}

/** Of the ceiling that is the lower one. */
function whatGivesMore({ byConnections, byCpu }: ConnectionBudget, kind: "new" | "existing"): string {
  if (byCpu < byConnections) return "choose a class with more vCPUs";
  return kind === "new" ? "raise database.maxConnections" : "let the server take more connections";
}
