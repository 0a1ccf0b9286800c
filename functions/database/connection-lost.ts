import { DatabaseError } from "pg";

/**
 * What a server says when it ends a connection, by SQLSTATE (PostgreSQL manual, appendix A): by an administrator or a
 * restart, for idling, or because it is no longer the one that takes writes, which a failover leaves behind.
 */
const ENDED = new Set(["57P01", "57P05", "25P03", "25006"]);
/** It ended because the server itself is down or not up yet: another connection would not help. */
const DOWN = new Set(["57P02", "57P03"]);

/** Whether a statement failed because its connection was ended, so that another connection may work. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return true;
  const { code = "" } = error;
  return ENDED.has(code) || code.startsWith("08");
}

/** Whether the connection can still be used after this. */
export function isConnectionUsable(error: unknown): boolean {
  return !isConnectionLost(error) && !(error instanceof DatabaseError && DOWN.has(error.code ?? ""));
}
