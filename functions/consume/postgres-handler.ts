import { setTimeout as sleep } from "node:timers/promises";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { sourceIpRule } from "../allowed-cidrs";
import { openDatabase } from "../database/connection";
import { iamToken } from "../database/iam-token";
import { DatabaseSession } from "../database/session";
import { readPostgresConsumerEnvironment } from "../environment";
import { PostgresEventStore } from "../stores/postgres";
import { S3BodyStore } from "../stores/s3-bodies";
import { openS3Client } from "../stores/s3-client";
import { braked } from "./brake";
import { type Consumer, consume } from "./consume";
import { stageLog } from "./stage-log";

/** Made by the first invocation, not at import: a mistake in the environment then brakes like any other fault. */
let consumer: Consumer | undefined;

/** Takes batches of messages from the events queue into the database. */
export const handler = braked<SQSEvent, SQSBatchResponse>((event, signal) => {
  consumer ??= openConsumer();
  return consume(event.Records, consumer, signal);
}, sleep);

function openConsumer(): Consumer {
  const { ingress, headerSets, bodiesBucketName, allowedCidrs, ...login } = readPostgresConsumerEnvironment();
  const password = iamToken(login);
  const session = new DatabaseSession({ open: (signal) => openDatabase({ ...login, password, signal }) });
  return {
    rules: { ingress, headerSets, allowsSourceIp: sourceIpRule(allowedCidrs) },
    store: new PostgresEventStore(session, `"${login.database}" at ${login.host}:${login.port}`),
    ...(bodiesBucketName === undefined ? {} : { bodies: new S3BodyStore(openS3Client(), bodiesBucketName) }),
    log: stageLog(),
  };
}
