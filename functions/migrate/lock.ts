import type { Client } from "pg";
import { databaseFaultCode } from "../database-fault";
import { migrationFailed, migrationsLocked } from "./errors";

/** Any number that nothing else in the database takes: it names the lock. The printed SQL takes the same. */
export const LOCK = 6_006_432_001;

/** SQLSTATE of a lock that was not had within lock_timeout (PostgreSQL manual, appendix A). */
const LOCK_NOT_AVAILABLE = "55P03";

/**
 * Waits until no other migrations of this database run. The session holds the lock until it ends.
 * @throws MigrationError MIGRATIONS_LOCKED after so many milliseconds
 */
export async function takeLock(session: Client, waitMs: number): Promise<void> {
  try {
    // It has nothing to do while the migrator is at work, and must not be ended for that.
    await session.query("SET idle_session_timeout = 0");
    await session.query(`SET lock_timeout = ${Math.max(1, Math.floor(waitMs))}`);
    await session.query("SELECT pg_advisory_lock($1)", [LOCK]);
    await session.query("RESET lock_timeout");
  } catch (error) {
    throw databaseFaultCode(error) === LOCK_NOT_AVAILABLE
      ? migrationsLocked(Math.round(waitMs / 100) / 10, error)
      : migrationFailed("Taking the migrations' lock", error);
  }
}
