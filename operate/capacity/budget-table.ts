/** The connection budget of a database as a table for a terminal of 80 columns. Pure. */
import type { BudgetLine, ConnectionBudget } from "../../stacks/capacity";
import { wrapped } from "./wrapped";

const NUMBER = 8;

export function renderBudget(stack: string, budget: ConnectionBudget): string {
  const { budget: promised, demand, consumerLimit, fits, lines } = budget;
  return [
    "",
    ...wrapped(`${stack}: its functions hold ${demand} connections at most, of a budget of ${promised}`, 0),
    "",
    ...lines.flatMap(row),
    "",
    ...wrapped(`  The server lets the consumer's user have ${consumerLimit} (CONNECTION LIMIT).`, 2),
    ...wrapped(`  A maximum concurrency of up to ${fits} would fit.`, 2),
    "",
  ].join("\n");
}

function row({ text, value, source }: BudgetLine): readonly string[] {
  const from = source === undefined ? [] : wrapped(`${" ".repeat(NUMBER + 4)}${source}`, NUMBER + 4);
  return [...wrapped(`${String(value).padStart(NUMBER)}  ${text}`, NUMBER + 2), ...from];
}
