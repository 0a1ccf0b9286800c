import type { Client } from "pg";
import { DATABASE_USERS } from "../environment";
import { administratorLockedOut, migrationFailed } from "./errors";
import { isLoginRefused } from "./login-refused";
import { type UserLimits, usersSql } from "./users";

interface Asked {
  readonly database: string;
  readonly limits: UserLimits;
  /** Logs the administrator in once more. */
  logInAgain(): Promise<Client>;
}

/**
 * Makes the users and brings their limits to what is asked. Should the administrator then be refused, who made them and
 * so is a kind of member of them since PostgreSQL 16, what was granted is revoked again.
 * @throws MigrationError
 */
export async function makeUsers(session: Client, { database, limits, logInAgain }: Asked): Promise<void> {
  const granted = await grantedBy(session, () => session.query(usersSql(database, limits))).catch((error: unknown) => {
    throw migrationFailed("Making the database's users", error);
  });
  if (granted.length === 0) return;
  try {
    await (await logInAgain()).end();
  } catch (error) {
    await session.query(`REVOKE rds_iam FROM ${granted.join(", ")}`);
    throw isLoginRefused(error) ? administratorLockedOut(error) : migrationFailed("Logging in once more", error);
  }
}

const WITHOUT_TOKEN = `SELECT name FROM unnest($1::text[]) name LEFT JOIN pg_roles ON rolname = name
  WHERE oid IS NULL OR NOT pg_has_role(oid, 'rds_iam', 'USAGE')`;

/** @returns the users who got rds_iam by the work */
async function grantedBy(session: Client, work: () => Promise<unknown>): Promise<readonly string[]> {
  const { rows } = await session.query<{ name: string }>(WITHOUT_TOKEN, [Object.values(DATABASE_USERS)]);
  await work();
  return rows.map(({ name }) => name);
}
