/**
 * What a function is told by the infrastructure: the seam between stacks/ and functions/. The stacks take the names
 * from here; the functions read the values here and nowhere else, when called and never at import. Every reader throws
 * EnvironmentInvalid, which names every missing or malformed variable at once.
 */
import {
  type MigrateEnvironment,
  type MigrateStartEnvironment,
  migrateEnvironment,
  migrateStartEnvironment,
  type PostgresConsumerEnvironment,
  postgresConsumerEnvironment,
  type RetentionEnvironment,
  retentionEnvironment,
} from "./environment-database";
import {
  type ConsumerEnvironment,
  consumerEnvironment,
  type HeaderSets,
  type PublisherEnvironment,
  publisherEnvironment,
} from "./environment-events";
import { EnvironmentInvalid, type Variables } from "./environment-variables";

export * from "./environment-names";
export {
  type ConsumerEnvironment,
  EnvironmentInvalid,
  type HeaderSets,
  type MigrateEnvironment,
  type MigrateStartEnvironment,
  type PostgresConsumerEnvironment,
  type PublisherEnvironment,
  type RetentionEnvironment,
};

/** @throws EnvironmentInvalid */
export function readConsumerEnvironment(variables: Variables = process.env): ConsumerEnvironment {
  return consumerEnvironment(variables);
}

/** @throws EnvironmentInvalid */
export function readPublisherEnvironment(variables: Variables = process.env): PublisherEnvironment {
  return publisherEnvironment(variables);
}

/** @throws EnvironmentInvalid */
export function readPostgresConsumerEnvironment(variables: Variables = process.env): PostgresConsumerEnvironment {
  return postgresConsumerEnvironment(variables);
}

/** @throws EnvironmentInvalid */
export function readMigrateEnvironment(variables: Variables = process.env): MigrateEnvironment {
  return migrateEnvironment(variables);
}

/** @throws EnvironmentInvalid */
export function readMigrateStartEnvironment(variables: Variables = process.env): MigrateStartEnvironment {
  return migrateStartEnvironment(variables);
}

/** @throws EnvironmentInvalid */
export function readRetentionEnvironment(variables: Variables = process.env): RetentionEnvironment {
  return retentionEnvironment(variables);
}
