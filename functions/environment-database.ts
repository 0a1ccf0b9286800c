/** What the functions are told that log in to the database, and the one that starts the migrations. */
import { type MessageEnvironment, readMessages } from "./environment-events";
import { CONNECTION_LIMIT_FORMAT, text, wholeNumber } from "./environment-formats";
import {
  DATABASE_ENVIRONMENT,
  MIGRATE_ENVIRONMENT,
  MIGRATE_START_ENVIRONMENT,
  POSTGRES_CONSUMER_ENVIRONMENT,
  RETENTION_ENVIRONMENT,
} from "./environment-names";
import { VariableReader, type Variables } from "./environment-variables";

/** Where the database is. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  /** Of the database on that server. */
  readonly database: string;
}

/** Where the database is, and as whom to log in with an IAM token. */
export interface DatabaseLogin extends DatabaseAddress {
  readonly user: string;
}

/** What the consumer whose sink is PostgreSQL is told. */
export interface PostgresConsumerEnvironment extends MessageEnvironment, DatabaseLogin {}

/** What the migrations are told that run inside the VPC. */
export interface MigrateEnvironment extends DatabaseAddress {
  /** CONNECTION LIMIT of the consumer's role. -1: none. */
  readonly consumerConnectionLimit: number;
  /** Connections that the server has to take: the connection budget was computed from it. */
  readonly maxConnections: number;
  readonly consumerStatementTimeoutSeconds: number;
  readonly idleSessionTimeoutSeconds: number;
}

/** What the function is told that starts the migrations. */
export interface MigrateStartEnvironment {
  readonly administratorSecretArn: string;
  readonly migrateFunctionName: string;
}

/** What the retention job is told. */
export interface RetentionEnvironment extends DatabaseLogin {
  /** Days after which a stored event expires. Absent or empty: never. */
  readonly eventExpiryDays?: number;
  /** Days after which a rejected record expires. */
  readonly rejectedExpiryDays: number;
}

export function postgresConsumerEnvironment(variables: Variables): PostgresConsumerEnvironment {
  const reader = new VariableReader(variables);
  const login = readLogin(reader);
  const messages = readMessages(reader, POSTGRES_CONSUMER_ENVIRONMENT);
  return { ...reader.complete("consumer", { ...login, ...messages.required }), ...messages.optional };
}

export function migrateEnvironment(variables: Variables): MigrateEnvironment {
  const reader = new VariableReader(variables);
  const names = MIGRATE_ENVIRONMENT;
  return reader.complete("migrations", {
    ...readAddress(reader),
    consumerConnectionLimit: reader.required(names.consumerConnectionLimit, CONNECTION_LIMIT_FORMAT),
    maxConnections: reader.required(names.maxConnections, wholeNumber(1)),
    consumerStatementTimeoutSeconds: reader.required(names.consumerStatementTimeoutSeconds, wholeNumber(1)),
    idleSessionTimeoutSeconds: reader.required(names.idleSessionTimeoutSeconds, wholeNumber(1)),
  });
}

export function migrateStartEnvironment(variables: Variables): MigrateStartEnvironment {
  const reader = new VariableReader(variables);
  const names = MIGRATE_START_ENVIRONMENT;
  return reader.complete("start of the migrations", {
    administratorSecretArn: reader.required(
      names.administratorSecretArn,
      text("the ARN of the administrator's secret"),
    ),
    migrateFunctionName: reader.required(names.migrateFunctionName, text("the name of the function that migrates")),
  });
}

export function retentionEnvironment(variables: Variables): RetentionEnvironment {
  const reader = new VariableReader(variables);
  const names = RETENTION_ENVIRONMENT;
  const login = readLogin(reader);
  const eventExpiryDays = reader.optional(names.eventExpiryDays, wholeNumber(1));
  const rejectedExpiryDays = reader.required(names.rejectedExpiryDays, wholeNumber(1));
  return {
    ...reader.complete("retention job", { ...login, rejectedExpiryDays }),
    ...(eventExpiryDays === undefined ? {} : { eventExpiryDays }),
  };
}

function readAddress(reader: VariableReader) {
  return {
    host: reader.required(DATABASE_ENVIRONMENT.host, text("the host of the database")),
    port: reader.required(DATABASE_ENVIRONMENT.port, wholeNumber(1)),
    database: reader.required(DATABASE_ENVIRONMENT.name, text("the name of the database")),
  };
}

function readLogin(reader: VariableReader) {
  const address = readAddress(reader);
  return { ...address, user: reader.required(DATABASE_ENVIRONMENT.user, text("the database user to log in as")) };
}
