/** Which permissions a DynamoDB call needs (Service Authorization Reference, "Amazon DynamoDB"). Pure. */
import { tableArn } from "./table";

interface Needed {
  readonly action: string;
  readonly resource: string;
}
type Input = Readonly<Record<string, unknown>>;

/** The parts of a transaction need the permission of the single action. */
const TRANSACTION_PARTS: Readonly<Record<string, string>> = {
  Put: "PutItem",
  Get: "GetItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
};

export function tableResources(action: string, input: Input): readonly Needed[] {
  if (typeof input.TableName === "string") {
    const table = arnOf(input.TableName);
    const isOfIndex = typeof input.IndexName === "string";
    return [
      { action: `dynamodb:${action}`, resource: isOfIndex ? `${table}/index/${String(input.IndexName)}` : table },
    ];
  }
  if (Array.isArray(input.TransactItems))
    return (input.TransactItems as Record<string, { TableName: string }>[]).flatMap((item) =>
      Object.entries(item).map(([part, { TableName }]) => ({
        action: `dynamodb:${TRANSACTION_PARTS[part] ?? part}`,
        resource: arnOf(TableName),
      })),
    );
  const tables = Object.keys((input.RequestItems ?? {}) as Input);
  return tables.length === 0
    ? [{ action: `dynamodb:${action}`, resource: "*" }]
    : tables.map((name) => ({ action: `dynamodb:${action}`, resource: arnOf(name) }));
}

/** A table may be given by its name or its ARN. */
const arnOf = (table: string): string => (table.startsWith("arn:") ? table : tableArn(table));
