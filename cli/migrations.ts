/** `npm run webhook -- migrations`: the migrations as SQL, for a database whose administrator runs them by hand. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Command } from "commander";
import { environments } from "../environments";
import { type MigrationFile, sqlByHand } from "../functions/migrate/by-hand";
import { sinkBudget } from "../stacks/capacity";
import { chooseEnvironment, postgresSinkOf } from "../stacks/environment";
import type { PostgresSinkSettings } from "../stacks/postgres-settings";
import { userTimeouts } from "../stacks/user-timeouts";
import { projectRoot } from "./synthesize";

export function migrationsCommand(): Command {
  return new Command("migrations")
    .description("Prints the SQL that brings an environment's PostgreSQL up to date, to be run by hand.")
    .option("--environment <name>", "which environment of environments.ts", process.env.WEBHOOK_ENVIRONMENT ?? "dev")
    .addHelpText(
      "after",
      "\n  For an existing database without administratorSecretArn; with it, the deployment runs them.\n\n" +
        "  npm run --silent webhook -- migrations --environment production > migrations.sql\n" +
        '  psql --set ON_ERROR_STOP=1 --file migrations.sql "host=… dbname=… user=… sslmode=verify-full"',
    )
    .action(({ environment }: { environment: string }) => void process.stdout.write(printed(environment)));
}

/** @throws UsageError where there is no such environment, or it has no database */
function printed(name: string): string {
  const { environment, settings } = chooseEnvironment(environments, name);
  const sink = postgresSinkOf(environment, settings);
  return [...opening(environment, sink), sqlByHand(sink.database.name, limits(sink), migrationFiles())].join("\n");
}

function opening(environment: string, { database }: PostgresSinkSettings): string[] {
  const place = database.kind === "existing" ? `${database.name} on ${database.host}:${database.port}` : database.name;
  return [
    `-- Environment ${environment}: brings the database ${place} up to date. It can be run again, and changes nothing then.`,
    "-- Run it as an administrator who may create users and grant rds_iam, before the stack is deployed:",
    '--   psql --set ON_ERROR_STOP=1 --file migrations.sql "host=… dbname=… user=… sslmode=verify-full"',
    "",
  ];
}

function limits(sink: PostgresSinkSettings) {
  return {
    consumerConnectionLimit: sinkBudget(sink).consumerLimit,
    ...userTimeouts(sink.consumer.timeoutSeconds),
  };
}

/** Those that would be deployed. */
function migrationFiles(): readonly MigrationFile[] {
  const folder = join(projectRoot, "dist", "functions", "migrate", "migrations");
  return readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => ({ name: basename(file, ".sql"), sql: readFileSync(join(folder, file), "utf8") }));
}
