/** The stacks with PostgreSQL that are deployed here, and the settings that they have. */

import type { EnvironmentSettings } from "../../stacks/settings";

export interface SinkVariant {
  /** The environment's name: part of every resource's. */
  readonly name: string;
  readonly ingress: "direct" | "lambda";
  readonly network: "new" | "existing";
  /** by-hand: an existing one whose administrator's secret nobody names. */
  readonly database: "new" | "existing" | "by-hand";
}

/** A new network with direct ingress is planned only, as dev of environments.ts: a new database takes minutes. */
export const SINKS: readonly SinkVariant[] = [
  { name: "sinkalone", ingress: "lambda", network: "new", database: "new" },
  { name: "sinkinside", ingress: "direct", network: "existing", database: "new" },
  { name: "sinkguest", ingress: "direct", network: "existing", database: "existing" },
  { name: "sinkbyhand", ingress: "lambda", network: "existing", database: "by-hand" },
];

/** What is in the account before the stack is. */
export interface Surroundings {
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  readonly secretArn: string;
}

/** Numbers that no default has, so that a setting that is not used is seen. */
export const SINK_VALUES = { maximumConcurrency: 3, maxConnections: 60, others: 7, timeoutSeconds: 13 } as const;

/** A change that a user could make later. */
export const CHANGED_VALUES = { maximumConcurrency: 4, maxConnections: 80 } as const;

export const EXISTING_DATABASE = {
  host: "events.abcdefghijkl.us-east-1.rds.amazonaws.com",
  port: 5433,
  name: "Events",
  resourceId: "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
} as const;

export function sinkSettings(
  { ingress, network, database }: SinkVariant,
  { subnetIds, securityGroupId, secretArn }: Surroundings,
  changed: { readonly maximumConcurrency?: number; readonly maxConnections?: number } = {},
): EnvironmentSettings {
  const { maximumConcurrency, maxConnections, others, timeoutSeconds } = { ...SINK_VALUES, ...changed };
  return {
    ingress,
    alarms: { email: "oncall@example.com" },
    postgresSink: {
      consumer: { maximumConcurrency, timeoutSeconds, reservedConcurrency: 5 },
      network:
        network === "new"
          ? { kind: "new", zones: 3 }
          : { kind: "existing", subnetIds: [...subnetIds], securityGroupId },
      database:
        database === "new"
          ? {
              kind: "new",
              instanceClass: "db.t4g.small",
              storageGb: 21,
              backupDays: 3,
              maxConnections,
              deletionProtection: false,
              finalSnapshot: false,
            }
          : {
              kind: "existing",
              ...EXISTING_DATABASE,
              maxConnections,
              vcpus: 4,
              ...(database === "existing" ? { administratorSecretArn: secretArn } : {}),
            },
      connections: { others },
      retention: { eventExpiryDays: 29, rejectedExpiryDays: 31 },
    },
  };
}
