/**
 * One client of bench/postgres.ts in a process of its own, with one connection. Everything that is not to be measured is
 * done before it is told to go.
 */
import type { SQSEvent, SQSRecord } from "aws-lambda";
import { Client } from "pg";
import { RULES } from "../__tests__/functions/factories";
import { parseMessage } from "../functions/event/message";
import { COLUMNS, eventRow, type Row } from "../functions/stores/postgres-row";
import { trustDatabase } from "../local/database-trust";

/** The complete handler; and one INSERT a batch, or one a row, by the plain driver with rows made beforehand. */
export const KINDS = ["handler", "raw", "rowByRow"] as const;
export type Kind = (typeof KINDS)[number];

export interface ClientSettings {
  readonly kind: Kind;
  /** The function's bundle. */
  readonly bundle: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Whom to believe the server's certificate, PEM. */
  readonly authority: string;
}

/** What a client is asked: to get batches ready, then to store them. */
export type Ask = { readonly prepare: readonly (readonly SQSRecord[])[] } | "go";
export type Answer = "ready" | { readonly fault: string };

type Handler = (event: SQSEvent, context: { getRemainingTimeInMillis(): number }) => Promise<unknown>;
type Prepare = (batches: readonly (readonly SQSRecord[])[]) => () => Promise<void>;

const REMAINING_MS = 30_000;

/** Answers what the parent asks until that is gone. */
export async function serveParent(settings: ClientSettings): Promise<void> {
  const prepare = settings.kind === "handler" ? handlerOf(settings) : await plainClient(settings);
  let run = async () => {};
  const answer = async (ask: Ask) => {
    if (ask === "go") await run();
    else run = prepare(ask.prepare);
  };
  const tell = (given: Answer) => process.send?.(given);
  process.on("message", (ask) => {
    const fault = (error: unknown) => tell({ fault: String((error as Error).stack ?? error) });
    answer(ask as Ask).then(() => tell("ready"), fault);
  });
  process.on("disconnect", () => process.exit());
  tell("ready");
}

function handlerOf({ bundle, authority }: ClientSettings): Prepare {
  trustDatabase(authority);
  // The bundle is known only now, so this cannot be an import.
  const { handler } = require(bundle) as { readonly handler: Handler };
  return (batches) => async () => {
    for (const records of batches) {
      const response = await handler({ Records: [...records] }, { getRemainingTimeInMillis: () => REMAINING_MS });
      const answered = JSON.stringify(response);
      if (answered !== '{"batchItemFailures":[]}') throw new Error(`the handler gave messages back: ${answered}`);
    }
  };
}

async function plainClient({ kind, host, port, database, user, authority }: ClientSettings): Promise<Prepare> {
  const client = new Client({ host, port, database, user, ssl: { ca: authority } });
  await client.connect();
  return (batches) => {
    const rows = batches.map((records) => records.map(rowOf));
    const statements = (kind === "raw" ? rows : rows.flat().map((row) => [row])).map(insert);
    return async () => {
      for (const { text, values } of statements) await client.query(text, values);
    };
  };
}

function rowOf(record: SQSRecord): Row {
  const parsed = parseMessage(record, RULES);
  const row = parsed.kind === "event" ? eventRow(parsed.event) : undefined;
  if (row?.mayBeJsonb !== true) throw new Error(`${record.messageId} is no event with JSON: the measurement is void`);
  return row;
}

/** As one writes it who knows that every row is new. The body travels once, which is the faster of two ways. */
function insert(rows: readonly Row[]) {
  const columns = COLUMNS.filter((column) => rows.some((row) => row[column] !== undefined));
  const values: unknown[] = [];
  const tuples = rows.map((row) => {
    const places = columns.map((column) => `$${values.push(row[column])}`);
    return `(${places.join(",")},convert_from(${places[columns.indexOf("body")]},'UTF8')::jsonb)`;
  });
  return { text: `INSERT INTO webhook.events (${columns.join(",")},body_json) VALUES ${tuples.join(",")}`, values };
}
