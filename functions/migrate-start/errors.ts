/** What keeps the migrations from being started, in words for whoever applies. Never the secret's value. */

/** A fault that the one who applies has to do something about. The message is complete. */
export class MigrateStartError extends Error {
  override readonly name = "MigrateStartError";
  constructor(
    readonly code: string,
    message: string,
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
  }
}

export const secretUnreadable = (secretArn: string, cause: unknown): MigrateStartError =>
  new MigrateStartError(
    "ADMINISTRATOR_SECRET_UNREADABLE",
    [
      `The administrator's secret ${secretArn} could not be read: ${saidBy(cause)}.`,
      "  The function's role may read this one secret; one with a key of its own also needs kms:Decrypt on that key.",
      "  See that the secret is there, in this region, and apply again.  [ADMINISTRATOR_SECRET_UNREADABLE]",
    ].join("\n"),
    { cause },
  );

/** No cause: a parser's message would quote the secret. */
export const secretInvalid = (secretArn: string, why: string): MigrateStartError =>
  new MigrateStartError(
    "ADMINISTRATOR_SECRET_INVALID",
    [
      `The administrator's secret ${secretArn} ${why}.`,
      '  It must be JSON: {"username": "…", "password": "…"}, as RDS makes them (Secrets Manager User Guide, "JSON structure of secrets").',
      "  Correct the secret's value and apply again.  [ADMINISTRATOR_SECRET_INVALID]",
    ].join("\n"),
  );

export const migrateNotCalled = (functionName: string, cause: unknown): MigrateStartError =>
  new MigrateStartError(
    "MIGRATE_NOT_CALLED",
    [
      `The function ${functionName}, which runs the migrations, could not be called: ${saidBy(cause)}.`,
      "  The caller's role may call this one function. If it was cut off in the middle, to run it again is safe.",
      "  See that the function is there and apply again.  [MIGRATE_NOT_CALLED]",
    ].join("\n"),
    { cause },
  );

/** What the migrations said goes on as it is: it is written for whoever applies. */
export const migrateFailed = (functionName: string, said: string): MigrateStartError =>
  new MigrateStartError("MIGRATE_FAILED", `${said}\n  Said by ${functionName}; its log has more.  [MIGRATE_FAILED]`);

function saidBy(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message.trim().replace(/\.$/, "")}` : String(cause);
}
