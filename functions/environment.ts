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
// What the settings have to know of sources, so that both sides mean the same by a path, a name or a secret.
export {
  REJECTED_MAX_PER_MINUTE,
  SOURCES_FORMAT,
  UNMATCHED,
  type Unmatched,
  type WrittenSource,
} from "./environment-sources";
export { DELIVERY_IDS } from "./event/delivery-id";
export { parsePointer } from "./event/json-pointer";
export { HMAC_ALGORITHMS, SIGNATURE_ENCODINGS } from "./event/signatures/hmac-check";
export { SCHEMES, type SchemeName } from "./event/signatures/scheme";
export { pathsOverlap, type Signature, SOURCE_NAME, type Source } from "./event/source";
export { parseSecretName } from "./secrets/secret-name";
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
