/** The database's users as SQL. Pure, and the same whether the migrations or an administrator with psql runs it. */
import { escapeIdentifier } from "pg";
import { DATABASE_USERS } from "../environment";

/** What the server itself enforces on the users. */
export interface UserLimits {
  /** Connections that the consumer's user may hold at once; one more log-in is refused (53300). -1: no limit. */
  readonly consumerConnectionLimit: number;
  /** Seconds after which the server ends a statement of the consumer's. */
  readonly consumerStatementTimeoutSeconds: number;
  /** Seconds after which the server closes a session that does nothing: a frozen execution environment's, for one. */
  readonly idleSessionTimeoutSeconds: number;
}

/** One connection each, and one of an execution environment that is about to end. */
const CONNECTIONS_OF_OTHERS = 2;

/** A migration that waits longer for a table than this gives up, instead of holding up everybody who comes after it. */
const MIGRATION_LOCK_TIMEOUT = "10s";

/** A peer that is gone without a word is found after 60 + 3 × 10 s, and its connection is free for another. */
const KEEPALIVES: Readonly<Record<string, string>> = {
  tcp_keepalives_idle: "60",
  tcp_keepalives_interval: "10",
  tcp_keepalives_count: "3",
};

/** A statement whose client has hung up ends within this, and holds a second connection for no longer (since PostgreSQL 14). */
const CLIENT_CHECK = { client_connection_check_interval: "1s" };

/**
 * Makes the users that are missing and brings the limits of all to what is asked. Everything in it can be run again.
 * @param database its name: the migrator may make a schema in it
 * @returns several statements, to be run as an administrator who is allowed to grant rds_iam
 */
export function usersSql(database: string, limits: UserLimits): string {
  return [
    ADMINISTRATOR_KEEPS_PASSWORD,
    ...Object.values(DATABASE_USERS).map(userSql),
    ...limitsSql(limits),
    "-- The migrator makes the schema and everything in it. What the others may do there is granted by the migrations.",
    `GRANT CREATE ON DATABASE ${escapeIdentifier(database)} TO ${DATABASE_USERS.migrator};`,
    `GRANT CONNECT ON DATABASE ${escapeIdentifier(database)} TO ${Object.values(DATABASE_USERS).join(", ")};`,
  ].join("\n");
}

/**
 * RDS lets a member of rds_iam log in with a token only, also one who is it by way of another role (RDS User Guide,
 * "Database authentication"). An administrator with the rights of one of the users would lose the password log-in.
 */
const ADMINISTRATOR_KEEPS_PASSWORD = `-- Nothing is done for an administrator who would lose the password log-in by it.
DO $$
DECLARE
  inherited text;
BEGIN
  SELECT string_agg(u.rolname, ', ') INTO inherited
    FROM pg_roles u, pg_roles me
    WHERE u.rolname IN ('${Object.values(DATABASE_USERS).join("', '")}')
      AND me.rolname = CURRENT_USER AND NOT me.rolsuper
      AND pg_has_role(me.oid, u.oid, 'USAGE');
  IF inherited IS NOT NULL THEN
    RAISE EXCEPTION '% is, or is a member of, %, whose log-in is by IAM token only', CURRENT_USER, inherited
      USING HINT = 'Revoke that membership, or run the migrations as another administrator.';
  END IF;
END
$$;`;

/** A user that is there keeps what it has, such as a NOLOGIN with which somebody has shut it out. */
function userSql(user: string): string {
  return `DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${user}') THEN
    CREATE ROLE ${user} LOGIN;
  END IF;
  IF NOT pg_has_role('${user}', 'rds_iam', 'USAGE') THEN
    GRANT rds_iam TO ${user};
  END IF;
END
$$;`;
}

function limitsSql(limits: UserLimits): string[] {
  const { migrator, consumer, retention } = DATABASE_USERS;
  const seconds = (value: number): string => `${value}s`;
  const idle = { idle_session_timeout: seconds(limits.idleSessionTimeoutSeconds), ...KEEPALIVES };
  return [
    ...limited(consumer, limits.consumerConnectionLimit, {
      statement_timeout: seconds(limits.consumerStatementTimeoutSeconds),
      ...CLIENT_CHECK,
      ...idle,
    }),
    ...limited(retention, CONNECTIONS_OF_OTHERS, { ...CLIENT_CHECK, ...idle }),
    ...limited(migrator, CONNECTIONS_OF_OTHERS, { lock_timeout: MIGRATION_LOCK_TIMEOUT, ...idle }),
  ];
}

function limited(user: string, connections: number, settings: Readonly<Record<string, string>>): string[] {
  return [
    `ALTER ROLE ${user} CONNECTION LIMIT ${connections};`,
    ...Object.entries(settings).map(([name, value]) => `ALTER ROLE ${user} SET ${name} = '${value}';`),
  ];
}
