/** What a played stack has kept, item by item, as its operator sees it. */
import { type AttributeValue, DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import type { LocalRun } from "../../local/start";

export type Item = Readonly<Record<string, AttributeValue>>;

export function tableClient({ region, awsUrl: endpoint, operator: credentials }: LocalRun): DynamoDBClient {
  return new DynamoDBClient({ region, endpoint, credentials });
}

export async function itemsOf(run: LocalRun): Promise<readonly Item[]> {
  const client = tableClient(run);
  const items: Item[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: run.outputs.events_table_name }))
    items.push(...Items);
  client.destroy();
  return items;
}

/** Keys of what is in a state, sorted. */
export async function keysOf(run: LocalRun, state: string): Promise<readonly string[]> {
  return (await itemsOf(run)).flatMap((item) => (item.state?.S === state ? [item.pk?.S ?? ""] : [])).sort();
}

/** How many items there are of each reason. */
export async function reasonsOf(run: LocalRun, state: string): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const { state: is, reason } of await itemsOf(run))
    if (is?.S === state) counts[reason?.S ?? ""] = (counts[reason?.S ?? ""] ?? 0) + 1;
  return counts;
}
