/** Where it stands which migrations have run, and when: the table of node-pg-migrate. */
export const HISTORY = { schema: "webhook", table: "migrations" } as const;
