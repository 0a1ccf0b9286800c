/** What the settings of an applied stack with PostgreSQL promise, in AWS's own words and written down once more. */

import type { Attributes } from "./deployed";
import { ACCOUNT } from "./promised-rights";
import { type Completed, sinkRights } from "./promised-sink-rights";
import { EXISTING_DATABASE, type SinkVariant } from "./sink-variants";

export interface PromisedSink {
  readonly mapping: Attributes;
  readonly functions: Readonly<Record<string, Attributes>>;
  /** Every environment variable of each function. */
  readonly variables: Readonly<Record<string, Attributes>>;
  readonly rights: Readonly<Record<string, readonly unknown[]>>;
  readonly schedule: Attributes;
  readonly database: Attributes | undefined;
  readonly parameters: Attributes | undefined;
}

export function promisedSink(variant: SinkVariant, { bucket, secretArn }: Completed): PromisedSink {
  const { name, database, ingress } = variant;
  const of = (end: string) => `${name}-postgres-sink-${end}`;
  const queue = `arn:aws:sqs:${ACCOUNT}:${of("events")}`;
  const isNew = database === "new";
  return {
    mapping: {
      EventSourceArn: queue,
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 0,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: 3 },
      State: "Enabled",
    },
    functions: {
      consume: functionOf(of("consume"), { Timeout: 13, reserved: 5, inVpc: true }),
      ...(database === "by-hand"
        ? {}
        : {
            migrate: functionOf(of("migrate"), { Timeout: 300, reserved: undefined, inVpc: true }),
            "migrate-start": functionOf(of("migrate-start"), { Timeout: 330, reserved: undefined, inVpc: false }),
          }),
      ...(ingress === "lambda"
        ? { publish: functionOf(of("publish"), { Timeout: 10, reserved: undefined, inVpc: false }) }
        : {}),
      retention: functionOf(of("retention"), { Timeout: 300, reserved: 1, inVpc: true }),
    },
    variables: variables(variant, { bucket, secretArn }),
    rights: sinkRights(variant, { bucket, secretArn }),
    schedule: {
      ScheduleExpression: "rate(1 hour)",
      State: "ENABLED",
      targets: [`arn:aws:lambda:${ACCOUNT}:function:${of("retention")}`],
    },
    database: isNew ? { ...NEW_DATABASE, DBParameterGroupName: of("postgres17"), SecretArn: secretArn } : undefined,
    parameters: isNew ? PARAMETERS : undefined,
  };
}

const PARAMETERS = {
  max_connections: "60 pending-reboot",
  "rds.force_ssl": "1 pending-reboot",
  log_error_verbosity: "terse immediate",
  log_min_error_statement: "panic immediate",
};

const NEW_DATABASE = {
  DBInstanceClass: "db.t4g.small",
  Engine: "postgres",
  EngineVersion: "17",
  AllocatedStorage: "21",
  StorageType: "gp3",
  StorageEncrypted: "true",
  BackupRetentionPeriod: "3",
  MultiAZ: "false",
  PubliclyAccessible: "false",
  DeletionProtection: "false",
  IAMDatabaseAuthenticationEnabled: "true",
  CACertificateIdentifier: "rds-ca-rsa2048-g1",
  AutoMinorVersionUpgrade: "true",
  MasterUsername: "webhook_administrator",
  DBName: "webhook",
};

function functionOf(
  FunctionName: string,
  { Timeout, reserved, inVpc }: { Timeout: number; reserved: number | undefined; inVpc: boolean },
): Attributes {
  return {
    FunctionName,
    Role: `arn:aws:iam::123456789012:role/${FunctionName}`,
    Runtime: "nodejs22.x",
    Handler: "index.handler",
    MemorySize: 256,
    Timeout,
    reserved,
    isInVpc: inVpc,
  };
}

function variables({ name, database, ingress }: SinkVariant, { bucket, secretArn }: Completed) {
  const powertools = (end: string) => ({
    POWERTOOLS_SERVICE_NAME: `${name}-postgres-sink-${end}`,
    POWERTOOLS_LOG_LEVEL: "INFO",
  });
  const { host, port, name: existing } = EXISTING_DATABASE;
  const address =
    database === "new"
      ? {
          DATABASE_HOST: `${name}-postgres-sink-database.aaaaaaaaaa.us-east-1.rds.amazonaws.com`,
          DATABASE_PORT: "5432",
          DATABASE_NAME: "webhook",
        }
      : { DATABASE_HOST: host, DATABASE_PORT: String(port), DATABASE_NAME: existing };
  return {
    consume: {
      ...powertools("consume"),
      ...address,
      REJECTED_MAX_PER_MINUTE: "60",
      DATABASE_USER: "webhook_consumer",
      INGRESS: ingress,
      ...(ingress === "direct"
        ? { HEADER_SETS: expect.stringMatching(/^\{"default":\[.*"github":\[/) }
        : { BODIES_BUCKET_NAME: bucket }),
    },
    ...(database === "by-hand"
      ? {}
      : {
          migrate: {
            ...powertools("migrate"),
            ...address,
            // Five busy for each of two vCPUs, twice while a deploy overlaps, less retention's two. Or, with four vCPUs,
            // 80 % of 60 connections less PostgreSQL's three, five administrative ones, seven of others, and those two.
            CONSUMER_CONNECTION_LIMIT: database === "new" ? "18" : "31",
            MAX_CONNECTIONS: "60",
            CONSUMER_STATEMENT_TIMEOUT_SECONDS: "6",
            IDLE_SESSION_TIMEOUT_SECONDS: "300",
          },
          "migrate-start": {
            ...powertools("migrate-start"),
            ADMINISTRATOR_SECRET_ARN: secretArn,
            MIGRATE_FUNCTION_NAME: `${name}-postgres-sink-migrate`,
          },
        }),
    ...(ingress === "direct"
      ? {}
      : {
          publish: {
            ...powertools("publish"),
            EVENTS_QUEUE_URL: expect.stringMatching(new RegExp(`/123456789012/${name}-postgres-sink-events$`)),
            BODIES_BUCKET_NAME: bucket,
            MAXIMUM_MESSAGE_BYTES: "262144",
          },
        }),
    retention: {
      ...powertools("retention"),
      ...address,
      DATABASE_USER: "webhook_retention",
      EVENT_EXPIRY_DAYS: "29",
      REJECTED_EXPIRY_DAYS: "31",
    },
  };
}
