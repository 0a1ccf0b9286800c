/** The migrations as one SQL text, for a database that only an administrator with psql gets at. Pure. */
import { DATABASE_USERS } from "../environment";
import { HISTORY } from "./history";
import { LOCK } from "./lock";
import { type UserLimits, usersSql } from "./users";

/** A numbered SQL file. */
export interface MigrationFile {
  /** Without its ending, such as "0001_events". */
  readonly name: string;
  readonly sql: string;
}

/**
 * Leaves the database as the migrations leave it, history included: it can be run again, and the function that migrates
 * can go on from there. One transaction; the administrator is a member of the migrator only as long as that lasts, since
 * a member of rds_iam cannot log in with a password.
 * @param files in the order of their numbers
 */
export function sqlByHand(database: string, limits: UserLimits, files: readonly MigrationFile[]): string {
  const { migrator } = DATABASE_USERS;
  return [
    "BEGIN;",
    "-- Another run is waited for.",
    `SELECT pg_advisory_xact_lock(${LOCK});`,
    "",
    "-- 1. The users, and what the server itself holds them to.",
    usersSql(database, limits),
    "",
    "-- 2. What they need, made by its owner.",
    `GRANT ${migrator} TO CURRENT_USER;`,
    `SET LOCAL ROLE ${migrator};`,
    `CREATE SCHEMA IF NOT EXISTS ${HISTORY.schema};`,
    `CREATE TABLE IF NOT EXISTS ${TABLE} (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL);`,
    ...files.map(unlessDone),
    "RESET ROLE;",
    `REVOKE ${migrator} FROM CURRENT_USER;`,
    "COMMIT;",
    "",
  ].join("\n");
}

const TABLE = `${HISTORY.schema}.${HISTORY.table}`;

function unlessDone({ name, sql }: MigrationFile): string {
  return `
DO $once$
BEGIN
  IF NOT EXISTS (SELECT FROM ${TABLE} WHERE name = '${name}') THEN
    EXECUTE $migration$
${sql.trimEnd()}
$migration$;
    INSERT INTO ${TABLE} (name, run_on) VALUES ('${name}', now());
  END IF;
END
$once$;
`;
}
