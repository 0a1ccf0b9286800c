/** What a million events cost, by service. Pure; storage, data transfer and free tiers are left out. */
import { PRICES, type Prices } from "./prices";

export interface EventShape {
  readonly ingress: "direct" | "lambda";
  /** PostgreSQL costs by the hour, not by the event: see capacity/monthly-cost.ts. @default "dynamodb" */
  readonly sink?: "dynamodb" | "postgres";
  readonly bodyBytes: number;
  /** What is left of a body after compression, 0…1. */
  readonly compressedShare: number;
  /** Messages that an invocation of the consumer gets. */
  readonly batchSize: number;
  readonly publisherMs: number;
  /** Of a whole batch. */
  readonly consumerMs: number;
  readonly memoryMb: number;
}

/** US dollars per million events. */
export interface Cost {
  readonly httpApi: number;
  readonly sqs: number;
  readonly lambda: number;
  readonly dynamoDb: number;
  readonly s3: number;
  readonly logs: number;
  readonly total: number;
}

const KB = 1_024;
/** HTTP API meters requests in steps of this (API Gateway pricing). */
const HTTP_API_STEP_BYTES = 512 * KB;
/** SQS meters payloads in steps of this (SQS pricing). */
const SQS_STEP_BYTES = 64 * KB;
/** Over this a body travels through S3 (the queue's largest message). */
const MESSAGE_BYTES = 256 * KB;
/** What travels beside a body in a message, and what stands beside it in an item: measured on GitHub's deliveries. */
const MESSAGE_OVERHEAD_BYTES = 400;
const ITEM_OVERHEAD_BYTES = 700;
/** Largest item of a table (DynamoDB quotas); what is over stays in S3. */
const ITEM_BYTES = 400 * KB;
/** A write of the index: its keys and the state fit one unit. */
const INDEX_UNITS = 1;
/** Access log line and the consumer's line; the publisher writes one more. */
const LOG_BYTES_PER_LINE = 450;

export function costPerMillion(event: EventShape, prices: Prices = PRICES): Cost {
  const isClaimChecked = event.bodyBytes + MESSAGE_OVERHEAD_BYTES > MESSAGE_BYTES;
  const messageBytes = (isClaimChecked ? 0 : event.bodyBytes) + MESSAGE_OVERHEAD_BYTES;
  const itemBytes = event.bodyBytes * event.compressedShare + ITEM_OVERHEAD_BYTES;
  const isTable = (event.sink ?? "dynamodb") === "dynamodb";
  const staysInS3 = isTable && itemBytes > ITEM_BYTES;
  const isLambda = event.ingress === "lambda";

  const httpApi = Math.ceil(Math.max(1, event.bodyBytes) / HTTP_API_STEP_BYTES) * prices.httpApiPerMillion;
  const send = Math.ceil(messageBytes / SQS_STEP_BYTES);
  const receive = Math.ceil((messageBytes * event.batchSize) / SQS_STEP_BYTES) / event.batchSize;
  const sqs = (send + receive + 1 / event.batchSize) * prices.sqsPerMillion;
  const invocations = 1 / event.batchSize + (isLambda ? 1 : 0);
  const milliseconds = event.consumerMs / event.batchSize + (isLambda ? event.publisherMs : 0);
  const gbSeconds = 1e6 * (milliseconds / 1_000) * (event.memoryMb / KB);
  const lambda = invocations * prices.lambdaPerMillion + gbSeconds * prices.lambdaPerGbSecond;
  const units = Math.ceil((staysInS3 ? ITEM_OVERHEAD_BYTES : itemBytes) / KB) + INDEX_UNITS;
  const dynamoDb = isTable ? units * prices.dynamoDbWritePerMillion : 0;
  // Written by the publisher, read by the consumer; copied once more when it stays.
  const s3 = isClaimChecked ? prices.s3PutPerMillion * (staysInS3 ? 2 : 1) + prices.s3GetPerMillion : 0;
  const logs = ((1e6 * LOG_BYTES_PER_LINE * (isLambda ? 3 : 2)) / 1e9) * prices.logsPerGb;
  return { httpApi, sqs, lambda, dynamoDb, s3, logs, total: httpApi + sqs + lambda + dynamoDb + s3 + logs };
}
