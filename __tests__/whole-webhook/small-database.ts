/** A database with few connections, and what tests do to it past its front. */
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import type { LocalRun } from "../../local/start";
import type { EnvironmentSettings } from "../../stacks/settings";
import type { PlayedStack } from "./played-stack";

/** Promised to others: see SMALL_DATABASE. */
export const OTHERS = 4;
export const MAX_CONNECTIONS = 20;
export const MAXIMUM_CONCURRENCY = 3;

/**
 * Budget: 20 connections × 0.8 − 3 that PostgreSQL keeps − 1 administrative − 4 promised to others = 8.
 * Demand: 3 at once × 2 while a deploy replaces the code, + 2 of the retention job = 8.
 */
export const SMALL_DATABASE = {
  queue: { outageToleranceMinutes: 10 },
  postgresSink: {
    consumer: { maximumConcurrency: MAXIMUM_CONCURRENCY, timeoutSeconds: 5 },
    database: { kind: "new", instanceClass: "db.t4g.micro", maxConnections: MAX_CONNECTIONS },
    connections: { others: OTHERS, administrative: 1 },
  },
} as const satisfies EnvironmentSettings;

/** @throws Error for a stack without one */
export function databaseOf({ run }: PlayedStack): NonNullable<LocalRun["database"]> {
  if (run.database === undefined) throw new Error("the stack has no database");
  return run.database;
}

/** Asks as the superuser. */
export async function query<Row extends object>(stack: PlayedStack, sql: string): Promise<readonly Row[]> {
  const client = new Client(databaseOf(stack).connection);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Connections of an application of its own, which opens so many, or as many as the server has left, and keeps them. */
export async function holdConnections(stack: PlayedStack, count: number): Promise<readonly Client[]> {
  await query(stack, "CREATE ROLE other LOGIN PASSWORD 'other'");
  const held: Client[] = [];
  while (held.length < count) {
    const client = new Client({ ...databaseOf(stack).connection, user: "other", password: "other" });
    try {
      await client.connect();
    } catch {
      break;
    }
    held.push(client);
  }
  return held;
}

export async function release(held: readonly Client[]): Promise<void> {
  await Promise.all(held.map((client) => client.end()));
}

/** @throws Error when it has not come to that in time */
export async function until(isSo: () => boolean, withinMs = 20_000): Promise<void> {
  const giveUp = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > giveUp) throw new Error(`it did not come to that within ${withinMs} ms: ${isSo}`);
    await sleep(20);
  }
}
