/** What a stack costs in a month, by service, at list prices. Pure. Storage of a table, data transfer and free tiers are left out. */
import { type Cost, costPerMillion } from "../cost";
import type { Prices } from "../prices";
import type { StackNumbers, Traffic } from "./stack-numbers";
import { PUBLISHER_MS } from "./warnings";

export interface CostLine {
  readonly service: string;
  /** US dollars a month; undefined where the price is not known. */
  readonly usd: number | undefined;
  /** What it is made of, where that is not plain. */
  readonly of?: string;
}

/** AWS's own month: 365 × 24 ÷ 12 hours. */
const HOURS = 730;
/** Bursts a month: one a day. */
export const BURSTS_A_MONTH = 30;
/** GitHub's payloads are left with about this share by brotli quality 5 (docs/choosing-an-ingress.md). */
const COMPRESSED_SHARE = 0.15;

export const eventsAMonth = ({ ratePerSecond, burst }: Traffic): number =>
  ratePerSecond * HOURS * 3_600 + burst * BURSTS_A_MONTH;

/** @param batchMean messages that an invocation gets between the bursts */
export function monthlyCost(
  numbers: StackNumbers,
  traffic: Traffic,
  batchMean: number,
  prices: Prices,
): readonly CostLine[] {
  const bursts = (traffic.burst * BURSTS_A_MONTH) / 1e6;
  const sustained = eventsAMonth(traffic) / 1e6 - bursts;
  const event = {
    ingress: numbers.ingress,
    sink: numbers.sink,
    bodyBytes: traffic.bodyBytes,
    compressedShare: COMPRESSED_SHARE,
    publisherMs: PUBLISHER_MS,
    consumerMs: traffic.storeMs,
    memoryMb: numbers.consumer.memoryMb,
  };
  // A burst fills its batches; between bursts an invocation gets what there is.
  const full = costPerMillion({ ...event, batchSize: numbers.consumer.batchSize }, prices);
  const partly = costPerMillion({ ...event, batchSize: batchMean }, prices);
  return [
    ...Object.entries(SERVICES)
      .map(([service, name]) => ({ service, usd: full[name] * bursts + partly[name] * sustained }))
      .filter(({ usd }) => usd > 0),
    ...databaseCost(numbers, prices),
  ];
}

const SERVICES = {
  "HTTP API": "httpApi",
  SQS: "sqs",
  Lambda: "lambda",
  DynamoDB: "dynamoDb",
  S3: "s3",
  "CloudWatch Logs": "logs",
} as const satisfies Readonly<Record<string, keyof Cost>>;

function databaseCost({ sink, database }: StackNumbers, prices: Prices): CostLine[] {
  if (sink === "dynamodb") return [];
  if (database === undefined) return [{ service: "RDS", usd: 0, of: "a database that is there anyway" }];
  const { instanceClass, storageGb, multiAz } = database;
  const zones = multiAz ? 2 : 1;
  const perHour = prices.rdsPerHour[instanceClass];
  const where = multiAz ? ", two zones" : "";
  return [
    {
      service: "RDS instance",
      usd: perHour === undefined ? undefined : perHour * zones * HOURS,
      of: perHour === undefined ? `no price of ${instanceClass}: give it with --prices` : `${instanceClass}${where}`,
    },
    { service: "RDS storage", usd: prices.rdsStoragePerGbMonth * storageGb * zones, of: `${storageGb} GB gp3${where}` },
    { service: "Secrets Manager", usd: prices.secretPerMonth, of: "the administrator's secret" },
  ];
}

/** Of what is known. */
export const totalOf = (lines: readonly CostLine[]): number => lines.reduce((sum, { usd }) => sum + (usd ?? 0), 0);
