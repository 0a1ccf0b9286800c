import { setTimeout as sleep } from "node:timers/promises";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { sourceIpRule } from "../allowed-cidrs";
import { readConsumerEnvironment } from "../environment";
import { DynamoDbEventStore } from "../stores/dynamodb";
import { openDynamoDbClient } from "../stores/dynamodb-client";
import { S3BodyStore } from "../stores/s3-bodies";
import { openS3Client } from "../stores/s3-client";
import { braked } from "./brake";
import { type Consumer, consume } from "./consume";
import { stageLog } from "./stage-log";

/** Made by the first invocation, not at import: a mistake in the environment then brakes like any other fault. */
let consumer: Consumer | undefined;

/** Takes batches of messages from the events queue into the events table. */
export const handler = braked<SQSEvent, SQSBatchResponse>((event, signal) => {
  consumer ??= openConsumer();
  return consume(event.Records, consumer, signal);
}, sleep);

function openConsumer(): Consumer {
  const { eventsTableName, ingress, headerSets, bodiesBucketName, allowedCidrs, ...storage } =
    readConsumerEnvironment();
  const bodies = bodiesBucketName === undefined ? {} : { bodies: new S3BodyStore(openS3Client(), bodiesBucketName) };
  return {
    rules: { ingress, headerSets, allowsSourceIp: sourceIpRule(allowedCidrs) },
    store: new DynamoDbEventStore(openDynamoDbClient(), { tableName: eventsTableName, ...storage, ...bodies }),
    ...bodies,
    log: stageLog(),
  };
}
