/** The whole of bench/postgres.ts but its clients: server, scenarios, table and verdict. */
import { cpus, loadavg } from "node:os";
import type { SQSRecord } from "aws-lambda";
import { directRecord } from "../__tests__/functions/factories";
import { startPostgresSink } from "../__tests__/functions/stores/postgres-sink";
import type { DatabaseLogin } from "../functions/database/connection";
import { type Delivery, githubDeliveries } from "../local/demo/workload";
import { startDistance } from "./distance";
import type { Kind } from "./postgres-client";
import { BenchClient } from "./postgres-clients";
import { type Clients, measure, type Result, type Scenario } from "./postgres-rounds";

const LEAST_TO_RAW = 0.85;
const LEAST_TO_ROW_BY_ROW = 5;
const MOST_CONNECTIONS = 4;
const ROWS = 400;
/** Here: without a network, which leaves the handler's own work nothing to hide behind. */
const HERE: readonly Scenario[] = [10, 100].flatMap((batchSize) =>
  [1, MOST_CONNECTIONS].map((connections) => ({ batchSize, connections, seconds: 9 })),
);
/** As between two availability zones; a row at a time is slow because of it, and a batch is there to save it. */
const ONE_WAY_MS = 1;
const FAR: readonly Scenario[] = [10, 100].map((batchSize) => ({ batchSize, connections: 1, seconds: 6 }));
/** What is asked to be 5 times as fast as row by row. */
const CLAIMED_FAR_BATCH_SIZE = 100;
/** One waits for the disk as RDS does; nothing else of the server comes and goes between two runs. */
const SERVER = { waitsForDisk: true, settings: { max_wal_size: "4GB", autovacuum: "off" } };

type Measured = Scenario & Result & { readonly roundTripMs: number };

/** @returns whether what is claimed holds */
export async function compare(): Promise<boolean> {
  const sink = await startPostgresSink(SERVER);
  try {
    const administrator = await sink.server.client({ database: sink.login.database });
    const distance = await startDistance(sink.login.port, ONE_WAY_MS);
    const records = githubDeliveries(ROWS).map(recordOf);
    const measureAll = (scenarios: readonly Scenario[], login: DatabaseLogin, roundTripMs: number) =>
      withClients(Math.max(...scenarios.map(({ connections }) => connections)), login, async (clients) => {
        const measured: Measured[] = [];
        for (const scenario of scenarios)
          measured.push({ ...scenario, roundTripMs, ...(await measure(scenario, records, clients, administrator)) });
        return measured;
      });
    try {
      const here = await measureAll(HERE, sink.login, 0);
      const far = await measureAll(FAR, { ...sink.login, port: distance.port }, 2 * ONE_WAY_MS);
      return report(here, far, records);
    } finally {
      distance.stop();
      await administrator.end();
    }
  } finally {
    await sink.stop();
  }
}

async function withClients<T>(count: number, login: DatabaseLogin, work: (clients: Clients) => Promise<T>): Promise<T> {
  const started: BenchClient[] = [];
  const start = async (kind: Kind) => {
    const own = await Promise.all(Array.from({ length: count }, () => BenchClient.start(kind, login)));
    started.push(...own);
    return own;
  };
  try {
    return await work({ handler: await start("handler"), raw: await start("raw"), rowByRow: await start("rowByRow") });
  } finally {
    await Promise.all(started.map((client) => client.stop()));
  }
}

function report(here: readonly Measured[], far: readonly Measured[], records: readonly SQSRecord[]): boolean {
  const toRaw = Math.min(...here.map((one) => one.toRaw));
  const toRowByRow = far.find(({ batchSize }) => batchSize === CLAIMED_FAR_BATCH_SIZE)?.toRowByRow ?? 0;
  const kilobytes = records.reduce((sum, { body }) => sum + body.length, 0) / records.length / 1_024;
  const [cpu] = cpus();
  const verdict = (holds: boolean) => (holds ? "holds" : "does NOT hold");
  const lines = [
    "| round trip | batch size | connections | handler, rows/s | raw, rows/s | row by row, rows/s | handler / raw | handler / row by row |",
    "|---|---|---|---|---|---|---|---|",
    ...[...here, ...far].map(line),
    "",
    `At least ${LEAST_TO_RAW} of raw, without a network, in each line: ${verdict(toRaw >= LEAST_TO_RAW)} (${toRaw.toFixed(2)}).`,
    `At least ${LEAST_TO_ROW_BY_ROW} times row by row, by a network of ${2 * ONE_WAY_MS} ms, at batch size ${CLAIMED_FAR_BATCH_SIZE}: ${verdict(toRowByRow >= LEAST_TO_ROW_BY_ROW)} (${toRowByRow.toFixed(1)}). Without a network the rows themselves are the work, and a batch saves less: see the first lines.`,
    `${records.length} deliveries of GitHub's, ${kilobytes.toFixed(1)} KB on average; Node.js ${process.versions.node}, ${cpus().length} × ${cpu?.model.trim()} for clients and server together, load ${loadavg()[0]?.toFixed(1)}.`,
    "",
  ];
  process.stdout.write(lines.join("\n"));
  return toRaw >= LEAST_TO_RAW && toRowByRow >= LEAST_TO_ROW_BY_ROW;
}

function line({ roundTripMs, batchSize, connections, rate, toRaw, toRowByRow }: Measured): string {
  const rates = [rate.handler, rate.raw, rate.rowByRow].map((rows) => rows.toFixed(0)).join(" | ");
  return `| ${roundTripMs} ms | ${batchSize} | ${connections} | ${rates} | ${toRaw.toFixed(2)} | ${toRowByRow.toFixed(1)} |`;
}

/** What the direct ingress makes of a delivery, as Lambda hands it to the function. */
function recordOf({ deliveryId = "", path, headers, body }: Delivery): SQSRecord {
  const ids = { requestId: deliveryId, messageId: deliveryId };
  return directRecord({ ...ids, headerSet: "github", headers, path, body: String(body) });
}
