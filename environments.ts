import type { EnvironmentSettings } from "./stacks/settings";

/**
 * What you edit. One entry an environment, chosen by WEBHOOK_ENVIRONMENT; every setting with its default and range
 * stands in stacks/settings.ts. An entry's name is part of the name of each of its resources.
 */
export const environments = {
  /** Small, and easy to throw away. */
  dev: {
    consumer: { maximumConcurrency: 5, batchSize: 10, timeoutSeconds: 10 },
    queue: { outageToleranceMinutes: 15 },
    table: { deletionProtection: false },
    postgresSink: {
      consumer: { maximumConcurrency: 5, timeoutSeconds: 10 },
      database: {
        kind: "new",
        instanceClass: "db.t4g.micro",
        maxConnections: 40,
        deletionProtection: false,
        finalSnapshot: false,
      },
    },
  },
  production: {
    table: { deletionProtection: true, pointInTimeRecovery: true },
  },
} satisfies Record<string, EnvironmentSettings>;
