import { databaseFault } from "../database-fault";

/** The retention job's message for an operator. */
export class RetentionFailed extends Error {
  override readonly name = "RetentionFailed";
  readonly code = "RETENTION_FAILED";

  /** @param place host, port and name of the database @param cause the driver's or the system's error */
  constructor(place: string, cause: unknown) {
    super(
      [
        `${place} could not be cleared of what has expired: ${databaseFault(cause)}.`,
        "  Nothing is lost: what was deleted stays deleted, and the next run goes on from there.",
        "  See that the database is up, its security group allows the function's, and the migrations have run.  [RETENTION_FAILED]",
      ].join("\n"),
      { cause },
    );
  }
}
