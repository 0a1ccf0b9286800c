/** Limits of RDS, PostgreSQL and the network around them, each once, with its source; our own say so. */
import { FUNCTION_TIMEOUT_SECONDS, type Limit } from "./limits";

export const NETWORK_ZONES: Limit = {
  min: 2,
  max: 6,
  unit: "availability zones",
  source: "RDS User Guide, working with a DB instance in a VPC: subnets in two zones at least; no region has over 6",
};
export const SUBNETS: Limit = {
  min: 2,
  max: 16,
  unit: "subnets",
  source: "RDS User Guide, DB subnet groups: two zones at least; Lambda API, VpcConfig, SubnetIds: 16 at most",
};
/** vCPUs of a DB instance class. */
export const VCPUS: Limit = { min: 1, max: 448, unit: "vCPUs", source: "RDS User Guide, DB instance classes" };
export const MAX_CONNECTIONS: Limit = {
  min: 6,
  max: 262_143,
  unit: "connections",
  source: "RDS User Guide, maximum number of database connections; PostgreSQL manual, max_connections",
};
/** Slots that nobody but a superuser gets: of RDS for PostgreSQL, RDS itself. */
export const SUPERUSER_RESERVED_CONNECTIONS = {
  value: 3,
  source: "PostgreSQL manual, superuser_reserved_connections",
} as const;
/** Part of max_connections that is given away, at most: environments briefly outnumber their concurrency. */
export const CONNECTION_SHARE = {
  value: 0.8,
  source: "our own: a fifth stays free",
} as const;
/** An execution environment runs one event at a time: one connection is enough, and all that it opens. */
export const CONNECTIONS_PER_ENVIRONMENT = {
  value: 1,
  source: "Lambda Developer Guide, execution environment: one event at a time",
} as const;
/** Default of max_connections: the memory in bytes by the divisor, 5,000 at most. */
export const CONNECTION_MEMORY = {
  divisorBytes: 9_531_392,
  most: 5_000,
  source: "RDS User Guide, maximum number of database connections: LEAST(DBInstanceClassMemory/9531392, 5000)",
} as const;
export const CONNECTIONS_OF_OTHERS: Limit = {
  min: 0,
  max: MAX_CONNECTIONS.max,
  unit: "connections",
  source: "stacks/connection-budget.ts",
};
export const ADMINISTRATIVE_CONNECTIONS: Limit = {
  min: 1,
  max: 1_000,
  unit: "connections",
  source: "our own: the migrations log in with one",
};
export const DEPLOY_OVERLAP: Limit = {
  min: 1,
  max: 2,
  unit: "versions at once",
  source: "stacks/connection-budget.ts: the old code and the new",
};
export const BUSY_PER_VCPU: Limit = {
  min: 1,
  max: 100,
  unit: "busy connections",
  source: "our own: a vCPU works for one of them at a time",
};
export const DATABASE_STORAGE_GB: Limit = {
  min: 20,
  max: 65_536,
  unit: "GiB",
  source: "RDS User Guide, Amazon RDS DB instance storage: gp3 for PostgreSQL",
};
/** The ceiling of growing storage over what is allocated, at least. */
export const STORAGE_CEILING_FACTOR = {
  value: 1.1,
  source: "RDS User Guide, managing capacity automatically with storage autoscaling: at least 10% more",
} as const;
export const BACKUP_DAYS: Limit = {
  min: 0,
  max: 35,
  unit: "days",
  source: "RDS API, CreateDBInstance, BackupRetentionPeriod",
};
export const DATABASE_PORT: Limit = {
  min: 1_150,
  max: 65_535,
  unit: "(a TCP port)",
  source: "RDS API, CreateDBInstance, Port",
};
/** The sink's consumer: connecting and one statement have to end before the function does. */
export const POSTGRES_CONSUMER_TIMEOUT_SECONDS: Limit = {
  min: 5,
  max: FUNCTION_TIMEOUT_SECONDS.max,
  unit: "seconds",
  source: `our own: to connect, to write and to say what went wrong; ${FUNCTION_TIMEOUT_SECONDS.source}`,
};
/** Of the job that deletes expired rows: never two at once. */
export const RETENTION_RESERVED_CONCURRENCY = {
  value: 1,
  source: "our own: two would only wait for each other",
} as const;
