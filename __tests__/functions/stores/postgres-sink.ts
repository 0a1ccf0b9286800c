/** The table of the migrations in a real PostgreSQL, and stores that log in as the consumer. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../../cli/synthesize";
import { type DatabaseLogin, openDatabase } from "../../../functions/database/connection";
import { DatabaseSession } from "../../../functions/database/session";
import { DATABASE_USERS } from "../../../functions/environment";
import { PostgresEventStore } from "../../../functions/stores/postgres";
import { type PostgresOptions, type PostgresServer, startPostgres } from "../postgres-server";

export const DATABASE = "webhook";
const MIGRATIONS = join(projectRoot, "functions/migrate/migrations");

export type StoredRow = Readonly<Record<string, unknown>>;

export interface PostgresSink {
  readonly server: PostgresServer;
  /** How the consumer logs in. */
  readonly login: DatabaseLogin;
  /** A store with a connection of its own, as an execution environment has. */
  store(options?: { readonly login?: Partial<DatabaseLogin>; readonly now?: () => number }): PostgresEventStore;
  /** What such a store has its connection in. */
  session(): DatabaseSession;
  rows(): Promise<StoredRow[]>;
  /** The row under a key; an empty one when there is none. */
  row(key: string): Promise<StoredRow>;
  sql(text: string): Promise<StoredRow[]>;
  /** An empty table, and no connection of a store's. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export async function startPostgresSink(options: PostgresOptions = {}): Promise<PostgresSink> {
  const server = await startPostgres(options);
  await server.sql(`CREATE DATABASE ${DATABASE}`);
  const sql = (text: string) => server.sql(text, DATABASE);
  await sql("CREATE ROLE rds_iam");
  for (const user of Object.values(DATABASE_USERS)) await sql(`CREATE ROLE ${user} LOGIN IN ROLE rds_iam`);
  for (const file of readdirSync(MIGRATIONS).sort()) await sql(readFileSync(join(MIGRATIONS, file), "utf8"));

  const { host, port, authority } = server;
  const user = DATABASE_USERS.consumer;
  const login: DatabaseLogin = { host, port, database: DATABASE, user, password: "", authorities: [authority] };
  let sessions: DatabaseSession[] = [];
  const closeAll = async () => {
    await Promise.all(sessions.map((session) => session.close()));
    sessions = [];
  };
  const session = ({ login: changed = {}, ...clock }: Parameters<PostgresSink["store"]>[0] = {}) => {
    const open = (signal: AbortSignal) => openDatabase({ ...login, ...changed, signal });
    const made = new DatabaseSession({ open, ...clock });
    sessions.push(made);
    return made;
  };
  const rows = () => sql("SELECT * FROM webhook.events ORDER BY key");
  return {
    server,
    login,
    store: (options) => new PostgresEventStore(session(options), `"${DATABASE}"`),
    session: () => session(),
    rows,
    row: async (key) => (await rows()).find((row) => row.key === key) ?? {},
    sql,
    reset: async () => {
      await closeAll();
      await sql("TRUNCATE webhook.events");
    },
    stop: async () => {
      await closeAll();
      await server.stop();
    },
  };
}
