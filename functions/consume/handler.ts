import { setTimeout as sleep } from "node:timers/promises";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { readConsumerEnvironment } from "../environment";
import { judge } from "../secrets/judge";
import { SecretReader } from "../secrets/secret-reader";
import { secretStores } from "../secrets/secret-store";
import { DynamoDbEventStore } from "../stores/dynamodb";
import { openDynamoDbClient } from "../stores/dynamodb-client";
import { DynamoDbRejectedPlaces } from "../stores/dynamodb-rejected-places";
import { S3BodyStore } from "../stores/s3-bodies";
import { openS3Client } from "../stores/s3-client";
import { braked } from "./brake";
import { type Consumer, consume } from "./consume";
import { messageRules } from "./message-rules";
import { RejectedBound } from "./rejected-bound";
import { stageLog } from "./stage-log";

/** Made by the first invocation, not at import: a mistake in the environment then brakes like any other fault. */
let consumer: Consumer | undefined;

/** Takes batches of messages from the events queue into the events table. */
export const handler = braked<SQSEvent, SQSBatchResponse>((event, signal) => {
  consumer ??= openConsumer();
  return consume(event.Records, consumer, signal);
}, sleep);

function openConsumer(): Consumer {
  const { eventsTableName: tableName, bodiesBucketName, ...environment } = readConsumerEnvironment();
  const { indexShards, compressOverBytes, eventExpiryDays, rejectedExpiryDays } = environment;
  const client = openDynamoDbClient();
  const secrets = new SecretReader(secretStores());
  const sourceNames = environment.sources.map(({ name }) => name);
  const maxPerMinute = environment.rejectedMaxPerMinute;
  const bodies = bodiesBucketName === undefined ? {} : { bodies: new S3BodyStore(openS3Client(), bodiesBucketName) };
  return {
    rules: messageRules(environment),
    store: new DynamoDbEventStore(client, {
      tableName,
      indexShards,
      compressOverBytes,
      rejectedExpiryDays,
      ...(eventExpiryDays === undefined ? {} : { eventExpiryDays }),
      ...bodies,
    }),
    ...bodies,
    judge: (request, source, signal) => judge(request, source, secrets, signal),
    rejectedBound: new RejectedBound(
      new DynamoDbRejectedPlaces(client, { tableName, maxPerMinute, rejectedExpiryDays }),
      { sourceNames, maxPerMinute },
    ),
    log: stageLog(sourceNames),
  };
}
