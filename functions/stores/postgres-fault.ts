import { DatabaseError } from "pg";
import { faultDetail, faultName } from "./fault-name";

/** What a failed statement or log-in means for the events it was about. */
export type PostgresFault =
  /** The server works and will never take one of the rows. */
  | { readonly kind: "unstorable"; readonly reason: string; readonly detail: string }
  /** It takes nothing now, or not from us: not the event's fault. */
  | { readonly kind: "unavailable"; readonly reason: string; readonly detail: string; readonly advice: string };

/** SQLSTATEs of a row that is not taken (PostgreSQL manual, appendix A): classes 22 and 23, and what is too large or deep. */
const UNSTORABLE = /^(22|23|54000$|54001$)/;

const WAIT = "If it lasts, look at the database's events and load (RDS console, Performance Insights).";
const NETWORK =
  "Look whether the database runs, and whether its security group lets the consumer's in on the database's port.";
const MIGRATE = "The migrations have to run as this version has them: apply the stack again.";
const CERTIFICATE =
  "The function believes the authorities of RDS only: look at DATABASE_HOST and at the database's certificate authority.";
const LOG_IN =
  "The function's role must allow rds-db:connect on this database user, and the user must have rds_iam (the migrations grant it).";
const CONNECTIONS =
  "Look at who holds connections (SELECT usename, count(*) FROM pg_stat_activity GROUP BY 1), and lower the maximum concurrency.";

/** What an operator can do, by SQLSTATE, or else by its class, or by the system's name of the fault. */
const ADVICE: Readonly<Record<string, string>> = {
  "28": LOG_IN,
  "3D000": "The database that DATABASE_NAME names does not exist on this server.",
  "3F000": MIGRATE,
  "42": MIGRATE,
  "40": "Others write the same keys at the same time: it comes again.",
  "53300": CONNECTIONS,
  "53100": "The database's storage is full: raise storageGb or storageCeilingGb.",
  "57014": "The database is too slow for its load: look at Performance Insights, and lower the maximum concurrency.",
  "25006": "The server takes no writes: a failover is under way, or DATABASE_HOST names a replica.",
  ECONNREFUSED: NETWORK,
  ETIMEDOUT: NETWORK,
  EHOSTUNREACH: NETWORK,
  ENETUNREACH: NETWORK,
  "timeout expired": NETWORK,
  ENOTFOUND: "The name that DATABASE_HOST gives is unknown: look at the database and at the VPC's DNS settings.",
  DEPTH_ZERO_SELF_SIGNED_CERT: CERTIFICATE,
  SELF_SIGNED_CERT_IN_CHAIN: CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: CERTIFICATE,
  CERT_HAS_EXPIRED: CERTIFICATE,
  ERR_TLS_CERT_ALTNAME_INVALID: CERTIFICATE,
  "The server does not support SSL connections": CERTIFICATE,
  CredentialsProviderError: "The function has no credentials to sign a token with: look at its role.",
};

/** Anything that is not known to be one row's fault counts as the sink's: then the event comes again. */
export function classifyPostgresFault(error: unknown): PostgresFault {
  // Of the server only the message: its detail can hold values of the row.
  const detail = faultDetail(error);
  const reason = (error instanceof DatabaseError ? error.code : undefined) ?? faultName(error);
  if (error instanceof DatabaseError && UNSTORABLE.test(reason)) return { kind: "unstorable", reason, detail };
  const advice = ADVICE[reason] ?? ADVICE[reason.slice(0, 2)] ?? ADVICE[detail] ?? WAIT;
  return { kind: "unavailable", reason, detail, advice };
}

/** Two transactions were in each other's way, and this one was undone (PostgreSQL manual, class 40): it may be tried again. */
export function isUndone(error: unknown): boolean {
  return error instanceof DatabaseError && error.code?.startsWith("40") === true;
}
