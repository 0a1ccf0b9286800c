import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";

/** Calls side by side, and so connections, of one execution environment. */
export const CALLS_SIDE_BY_SIDE = 50;

/**
 * Well below any function's timeout: DynamoDB answers in milliseconds, and the queue is the place to wait. Three
 * attempts, because a connection can have been closed while the environment was frozen.
 */
const CLIENT: DynamoDBClientConfig = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    throwOnRequestTimeout: true,
    httpAgent: { keepAlive: true, maxSockets: CALLS_SIDE_BY_SIDE },
    httpsAgent: { keepAlive: true, maxSockets: CALLS_SIDE_BY_SIDE },
  },
};

/** One client per execution environment: its connections are kept for the next invocations. Times are in milliseconds. */
export function openDynamoDbClient(overrides: DynamoDBClientConfig = {}): DynamoDBClient {
  return new DynamoDBClient({ ...CLIENT, ...overrides });
}
