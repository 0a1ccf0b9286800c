import { setTimeout as sleep } from "node:timers/promises";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { openDatabase } from "../database/connection";
import { iamToken } from "../database/iam-token";
import { DatabaseSession } from "../database/session";
import { readPostgresConsumerEnvironment } from "../environment";
import { judge } from "../secrets/judge";
import type { SecretReader } from "../secrets/secret-reader";
import { SecretsUnavailable } from "../secrets/secrets-unavailable";
import { PostgresEventStore } from "../stores/postgres";
import { PostgresRejectedPlaces } from "../stores/postgres-rejected-places";
import { S3BodyStore } from "../stores/s3-bodies";
import { openS3Client } from "../stores/s3-client";
import { braked } from "./brake";
import { type Consumer, consume } from "./consume";
import { messageRules } from "./message-rules";
import { RejectedBound } from "./rejected-bound";
import { stageLog } from "./stage-log";

/** In the VPC there is no way to the secrets' stores: signatures are the publisher's to check. */
const NO_SECRETS: Pick<SecretReader, "read"> = {
  read: async ([name = ""]) => {
    const advice = 'Take ingress "lambda", whose publisher checks signatures outside the VPC.';
    throw new SecretsUnavailable(name, "this function has no way out of its VPC.", advice);
  },
};

/** Made by the first invocation, not at import: a mistake in the environment then brakes like any other fault. */
let consumer: Consumer | undefined;

/** Takes batches of messages from the events queue into the database. */
export const handler = braked<SQSEvent, SQSBatchResponse>((event, signal) => {
  consumer ??= openConsumer();
  return consume(event.Records, consumer, signal);
}, sleep);

function openConsumer(): Consumer {
  const environment = readPostgresConsumerEnvironment();
  const { host, port, database, user, bodiesBucketName } = environment;
  const login = { host, port, database, user };
  const password = iamToken(login);
  const session = new DatabaseSession({ open: (signal) => openDatabase({ ...login, password, signal }) });
  const sinkName = `"${database}" at ${host}:${port}`;
  const sourceNames = environment.sources.map(({ name }) => name);
  const maxPerMinute = environment.rejectedMaxPerMinute;
  return {
    rules: messageRules(environment),
    store: new PostgresEventStore(session, sinkName),
    ...(bodiesBucketName === undefined ? {} : { bodies: new S3BodyStore(openS3Client(), bodiesBucketName) }),
    judge: (request, source, signal) => judge(request, source, NO_SECRETS, signal),
    rejectedBound: new RejectedBound(new PostgresRejectedPlaces(session, { sinkName, sourceNames, maxPerMinute }), {
      sourceNames,
      maxPerMinute,
    }),
    log: stageLog(sourceNames),
  };
}
