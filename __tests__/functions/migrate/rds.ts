/** A PostgreSQL that is as RDS is: an administrator who is no superuser, and the role rds_iam. And the migrations for it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import type { Client } from "pg";
import { openDatabase } from "../../../functions/database/connection";
import type { UserLimits } from "../../../functions/migrate/users";
import { type PostgresServer, startPostgres } from "../postgres-server";

const ROOT = join(__dirname, "../../..");
export const MIGRATIONS = join(ROOT, "functions/migrate/migrations");

export const ADMINISTRATOR = { username: "webhook_administrator", password: "correct horse battery" } as const;
export const LIMITS: UserLimits = {
  consumerConnectionLimit: 3,
  consumerStatementTimeoutSeconds: 7,
  idleSessionTimeoutSeconds: 300,
};
/**
 * RDS tells apart who logs in by token and who by password; this server does not look at tokens. PostgreSQL 16 and later
 * count the maker of a user as its member, and so as one of rds_iam here: the administrator stands first.
 */
const LOG_INS = [
  `host all ${ADMINISTRATOR.username} 127.0.0.1/32 scram-sha-256`,
  "hostssl all +rds_iam 127.0.0.1/32 trust",
  "host all all 127.0.0.1/32 scram-sha-256",
];

const MAX_CONNECTIONS = 40;

export interface Rds extends PostgresServer {
  /** Makes a database that belongs to the administrator, and says its name. */
  database(): Promise<string>;
  /** Logs in as somebody who has rds_iam. The caller ends it. */
  login(user: string, database: string): Promise<Client>;
  /** How the migrations log in to a database. */
  open(database: string): Open;
  migrate(given: Given): Promise<Result>;
}

interface Given {
  readonly database: string;
  readonly password?: string;
  readonly username?: string;
  readonly limits?: Partial<UserLimits>;
  /** What the settings say. @default what the server takes */
  readonly maxConnections?: number;
  readonly folder?: string;
  readonly lockWaitMs?: number;
  /** How to log in. @default as the user wants */
  readonly open?: Open;
}
type Open = (user: string, password?: string) => Promise<Client>;
type Migrate = typeof import("../../../functions/migrate/migrate").migrate;
type Result = Awaited<ReturnType<Migrate>>;

export async function startRds(): Promise<Rds> {
  const { migrate } = bundled();
  const server = await startPostgres({ maxConnections: MAX_CONNECTIONS });
  await server.sql(`
    CREATE ROLE rds_iam NOLOGIN;
    CREATE ROLE ${ADMINISTRATOR.username} LOGIN CREATEROLE CREATEDB PASSWORD '${ADMINISTRATOR.password}';
    GRANT rds_iam TO ${ADMINISTRATOR.username} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;
  `);
  const [{ hba_file: logIns } = {}] = await server.sql("SHOW hba_file");
  await server.sql(`COPY (SELECT unnest(ARRAY['${LOG_INS.join("', '")}'])) TO '${logIns}'`);
  await server.interrupt();
  await server.resume();
  const { host, port } = server;
  const place = { host, port, authorities: [server.authority] };
  const login = (user: string, database: string) =>
    openDatabase({ ...place, database, user, password: async () => "not looked at" });
  const open =
    (database: string): Open =>
    (user, password) =>
      password === undefined ? login(user, database) : openDatabase({ ...place, database, user, password });
  let databases = 0;
  return {
    ...server,
    login,
    database: async () => {
      const name = `webhook_${++databases}`;
      await server.sql(`CREATE DATABASE ${name} OWNER ${ADMINISTRATOR.username}`);
      return name;
    },
    open,
    migrate: ({
      database,
      limits,
      maxConnections = MAX_CONNECTIONS,
      folder = MIGRATIONS,
      lockWaitMs = 20_000,
      open: opened,
      ...administrator
    }) =>
      migrate(
        { ...ADMINISTRATOR, ...administrator },
        {
          database,
          place: `${host}/${database}`,
          limits: { ...LIMITS, ...limits },
          maxConnections,
          folder,
          lockWaitMs,
          open: opened ?? open(database),
        },
      ),
  };
}

/** A folder of migrations of its own. The caller removes it. */
export function migrationsFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "migrations-"));
  for (const [name, sql] of Object.entries(files)) writeFileSync(join(folder, name), sql);
  return folder;
}

/** Bundled as build.mjs bundles: the library is an ES module, which jest cannot load as it is. */
function bundled(): { readonly migrate: Migrate } {
  const dist = join(ROOT, "dist");
  mkdirSync(dist, { recursive: true });
  const folder = mkdtempSync(join(dist, "tested-"));
  try {
    const outfile = join(folder, "migrate.js");
    buildSync({
      entryPoints: [join(ROOT, "functions/migrate/migrate.ts")],
      outfile,
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node20",
      mainFields: ["module", "main"],
      logLevel: "warning",
    });
    return jest.requireActual(outfile);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
