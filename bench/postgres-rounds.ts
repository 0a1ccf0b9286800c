/** Measures the clients of bench/postgres.ts in turn: whatever else the machine does is spread over all of them. */
import type { SQSRecord } from "aws-lambda";
import type { Client } from "pg";
import { median } from "./median";
import { KINDS, type Kind } from "./postgres-client";
import type { BenchClient } from "./postgres-clients";

export interface Scenario {
  readonly batchSize: number;
  /** Each a client. */
  readonly connections: number;
  /** Rounds go on for so long. */
  readonly seconds: number;
}

/** Rows per second are medians; a ratio is the median of the rounds' ratios, which other load on the machine hardly moves. */
export interface Result {
  readonly rate: Readonly<Record<Kind, number>>;
  /** Of the handler's rows per second to those of the other. */
  readonly toRaw: number;
  readonly toRowByRow: number;
}

export type Clients = Readonly<Record<Kind, readonly BenchClient[]>>;

/** On a machine that is busy with other things too, they take longer than the scenario says. */
const LEAST_ROUNDS = 3;
/** Until the just-in-time compiler has seen the code. */
const WARM_UP_ROUNDS = 2;
const CONTENT = `SELECT count(*)::int AS rows, md5(string_agg(md5((to_jsonb(e) - 'stored_at')::text), '' ORDER BY key)) AS content
  FROM webhook.events e`;

/**
 * @param administrator empties the table before each run
 * @throws when one of the clients stored other rows than another
 */
export async function measure(
  { batchSize, connections, seconds: atLeast }: Scenario,
  records: readonly SQSRecord[],
  clients: Clients,
  administrator: Client,
): Promise<Result> {
  const all = inPieces(records, batchSize);
  const shares = inPieces(all, Math.ceil(all.length / connections));
  const seconds: Record<Kind, number[]> = { handler: [], raw: [], rowByRow: [] };
  const contents = new Set<string>();
  for (const kind of KINDS) await Promise.all(shares.map((share, index) => clients[kind][index]?.prepare(share)));
  const endsAt = performance.now() + atLeast * 1_000;
  for (let round = -WARM_UP_ROUNDS; round < LEAST_ROUNDS || performance.now() < endsAt; round++) {
    for (const kind of KINDS) {
      await administrator.query("TRUNCATE webhook.events");
      const startedAt = performance.now();
      await Promise.all(shares.map((_, index) => clients[kind][index]?.store()));
      const took = (performance.now() - startedAt) / 1_000;
      if (round >= 0) seconds[kind].push(took);
      else contents.add(JSON.stringify((await administrator.query(CONTENT)).rows));
    }
  }
  const [content = ""] = contents;
  if (contents.size !== 1 || !content.includes(`"rows":${records.length},`))
    throw new Error(`not the same ${records.length} rows: ${[...contents].join(" ")}`);
  return resultOf(seconds, records.length);
}

function resultOf(seconds: Readonly<Record<Kind, readonly number[]>>, rows: number): Result {
  const rateOf = (kind: Kind) => rows / median(seconds[kind]);
  const ratioTo = (kind: Kind) => median(seconds.handler.map((own, round) => (seconds[kind][round] ?? 0) / own));
  return {
    rate: { handler: rateOf("handler"), raw: rateOf("raw"), rowByRow: rateOf("rowByRow") },
    toRaw: ratioTo("raw"),
    toRowByRow: ratioTo("rowByRow"),
  };
}

function inPieces<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}
