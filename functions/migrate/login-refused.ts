import { databaseFaultCode } from "../database-fault";

/** SQLSTATEs of a refused log-in: a wrong password, no such way in. */
const LOGIN_REFUSED = new Set(["28P01", "28000"]);

/** Whether it was the name or the password, and not a server that is away or full. */
export function isLoginRefused(error: unknown): boolean {
  return LOGIN_REFUSED.has(databaseFaultCode(error) ?? "");
}
