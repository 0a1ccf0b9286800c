import type { Client } from "pg";
import { DATABASE_USERS } from "../environment";
import { onceAllowed } from "../once-allowed";
import { checkServer } from "./check-server";
import { administratorRefused, databaseUnreachable } from "./errors";
import { takeLock } from "./lock";
import { isLoginRefused } from "./login-refused";
import { makeUsers } from "./make-users";
import type { Administrator } from "./payload";
import { runMigrations } from "./run-migrations";
import type { UserLimits } from "./users";

export interface Migrations {
  readonly database: string;
  /** Host, port and name of the database, for messages. */
  readonly place: string;
  readonly limits: UserLimits;
  /** Connections that the server has to take. */
  readonly maxConnections: number;
  /** Folder of the numbered SQL files. */
  readonly folder: string;
  /** How long other migrations of the database may go on before this run gives up. */
  readonly lockWaitMs: number;
  /** Opens a session. Without a password: with an IAM token. */
  open(user: string, password?: string): Promise<Client>;
  /** @default by the clock */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** What may be seen of a run: it stands in Terraform's state. */
export interface MigrationsResult {
  readonly applied: readonly string[];
  /** How many had run before. */
  readonly alreadyThere: number;
}

/**
 * Makes the users, as the administrator, and what the users need, as the migrator. Safe to run again, and by two at
 * once: the second waits, and finds nothing to do.
 * @throws MigrationError in words for whoever applies
 */
export async function migrate(administrator: Administrator, migrations: Migrations): Promise<MigrationsResult> {
  const { username, password } = administrator;
  const { database, place, limits, maxConnections, folder, lockWaitMs, open, wait } = migrations;
  const session = await open(username, password).catch((error: unknown): never => {
    throw (isLoginRefused(error) ? administratorRefused : databaseUnreachable)(username, place, error);
  });
  try {
    await takeLock(session, lockWaitMs);
    await checkServer(session, place, maxConnections);
    await makeUsers(session, { database, limits, logInAgain: () => open(username, password) });
    const login = () => open(DATABASE_USERS.migrator);
    const migrator = await onceAllowed(login, isLoginRefused, wait).catch((error: unknown): never => {
      throw databaseUnreachable(DATABASE_USERS.migrator, place, error);
    });
    try {
      return await runMigrations(migrator, folder);
    } finally {
      await migrator.end();
    }
  } finally {
    await session.end();
  }
}
