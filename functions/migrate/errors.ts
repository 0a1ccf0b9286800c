/** What stops the migrations, in words for whoever applies: Terraform prints them. Never a password. */
import { databaseFault } from "../database-fault";

/** A fault that the one who applies has to do something about. The message is complete. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
  constructor(
    readonly code: string,
    message: string,
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
  }
}

export const payloadInvalid = (): MigrationError =>
  new MigrationError(
    "MIGRATE_PAYLOAD_INVALID",
    [
      "The migrations were called without the administrator's name and password.",
      '  They take {"username": "…", "password": "…"}, and only migrate-start calls them.',
      "  Call migrate-start, or apply, which does.  [MIGRATE_PAYLOAD_INVALID]",
    ].join("\n"),
  );

/** @param place host, port and name of the database, for the reader */
export const administratorRefused = (username: string, place: string, cause: unknown): MigrationError =>
  new MigrationError(
    "ADMINISTRATOR_REFUSED",
    [
      `${place} refused the administrator ${JSON.stringify(username)}: ${databaseFault(cause)}.`,
      "  Name and password are those of the administrator's secret. A member of rds_iam cannot log in with a password.",
      "  Correct the secret, or revoke rds_iam from that user, and apply again.  [ADMINISTRATOR_REFUSED]",
    ].join("\n"),
    { cause },
  );

export const administratorLockedOut = (cause: unknown): MigrationError =>
  new MigrationError(
    "ADMINISTRATOR_LOCKED_OUT",
    [
      `The administrator could not log in any more once the database's users had rds_iam: ${databaseFault(cause)}.`,
      "  A member of rds_iam logs in by token only, and this server counts the administrator as one. It was revoked again.",
      "  Make the users as another administrator: npm run webhook -- migrations prints the SQL.  [ADMINISTRATOR_LOCKED_OUT]",
    ].join("\n"),
    { cause },
  );

/** @param takes what the server says of itself @param asked what the settings say */
export const maxConnectionsNotInForce = (place: string, takes: number, asked: number): MigrationError =>
  new MigrationError(
    "MAX_CONNECTIONS_NOT_IN_FORCE",
    [
      `${place} takes ${takes} connections, and the settings say ${asked} (database.maxConnections).`,
      "  The connection budget was computed from the settings; nothing was changed in the database, so the old one holds.",
      `  Reboot the database where the number was raised just now, or set maxConnections to ${takes}, and apply again.  [MAX_CONNECTIONS_NOT_IN_FORCE]`,
    ].join("\n"),
  );

export const databaseNotUtf8 = (place: string, encoding: string): MigrationError =>
  new MigrationError(
    "DATABASE_NOT_UTF8",
    [
      `The encoding of ${place} is ${encoding}.`,
      "  Webhooks are in every language; a database in another encoding than UTF8 would refuse their paths and headers.",
      "  Make a database with ENCODING 'UTF8' on that server and name it in database.name.  [DATABASE_NOT_UTF8]",
    ].join("\n"),
  );

export const databaseUnreachable = (user: string, place: string, cause: unknown): MigrationError =>
  new MigrationError(
    "MIGRATE_DATABASE_UNREACHABLE",
    [
      `${place} did not let the migrations in as ${user}: ${databaseFault(cause)}.`,
      "  Nothing was changed by this step; to run the migrations again is always safe.",
      "  See that the database is up, its security group allows the function's, IAM authentication is on, and apply again.  [MIGRATE_DATABASE_UNREACHABLE]",
    ].join("\n"),
    { cause },
  );

export const migrationsLocked = (waitedSeconds: number, cause: unknown): MigrationError =>
  new MigrationError(
    "MIGRATIONS_LOCKED",
    [
      `Other migrations of this database have been running for more than ${waitedSeconds} s.`,
      "  Only one run at a time may change the database (pg_advisory_lock); the others wait, and then find nothing to do.",
      "  Wait until that run has ended, or end its session, and apply again.  [MIGRATIONS_LOCKED]",
    ].join("\n"),
    { cause },
  );

/** @param step the file that failed, or what else was under way */
export const migrationFailed = (step: string, cause: unknown): MigrationError =>
  new MigrationError(
    "MIGRATION_FAILED",
    [
      `${step} failed: ${databaseFault(cause)}.`,
      "  No migration of this run was kept; those of earlier runs stand.",
      "  Correct what it names and apply again.  [MIGRATION_FAILED]",
    ].join("\n"),
    { cause },
  );
