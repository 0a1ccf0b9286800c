import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { type RunnerOption, runner } from "node-pg-migrate";
import type { Client } from "pg";
import { migrationFailed } from "./errors";
import { HISTORY } from "./history";

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Runs the numbered SQL files that have not run yet, all in one transaction.
 * @param migrator logged in as the user who is to own what they make; nobody else may run migrations meanwhile
 * @param folder of the files, such as 0001_events.sql
 * @returns the names of those that ran, in order, and how many had run before
 * @throws MigrationError MIGRATION_FAILED, after everything was rolled back
 */
export async function runMigrations(migrator: Client, folder: string) {
  let step = "The migrations' history";
  let total = 0;
  const load: Loader = async (files) => {
    total = files.length;
    return Promise.all(
      files.map(async (file) => {
        const sql = await readFile(file, "utf8");
        const up: Action["up"] = (steps) => {
          // Called just before its SQL is sent.
          step = `Migration ${basename(file)}`;
          steps.sql(sql);
        };
        return { id: file, filePaths: [file], actions: { up, down: false } };
      }),
    );
  };
  try {
    const ran = await runner({
      dbClient: migrator,
      dir: folder,
      direction: "up",
      migrationLoaderStrategies: [{ extensions: [".sql"], loader: load }],
      migrationsSchema: HISTORY.schema,
      migrationsTable: HISTORY.table,
      createMigrationsSchema: true,
      checkOrder: true,
      singleTransaction: true,
      // The caller holds a lock that waits.
      noLock: true,
      logger: SILENT,
    });
    return { applied: ran.map(({ name }) => name), alreadyThere: total - ran.length };
  } catch (error) {
    throw migrationFailed(step, error);
  }
}

type Strategies = NonNullable<RunnerOption["migrationLoaderStrategies"]>;
type Loader = Exclude<Strategies[number]["loader"], string>;
type Action = Awaited<ReturnType<Loader>>[number]["actions"];
