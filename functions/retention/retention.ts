import type { Client } from "pg";
import { withinTime } from "../within-time";
import { RetentionFailed } from "./errors";
import { type Expired, expire, type RetentionRules } from "./expire";

/** With less than this left of the invocation no statement is begun: one of 1,000 rows takes well below a second. */
export const LAST_STATEMENT_MS = 10_000;
/** With less than this left, a statement that has not ended is given up, so that the run can say so. */
export const GIVE_UP_MS = 2_000;

export interface Retention {
  readonly rules: RetentionRules;
  /** Host, port and name of the database, for messages. */
  readonly place: string;
  open(signal: AbortSignal): Promise<Client>;
}

/**
 * One run: one connection, opened and closed.
 * @param remainingMs what is left of the invocation
 * @throws RetentionFailed
 */
export async function retain({ rules, place, open }: Retention, remainingMs: () => number): Promise<Expired> {
  try {
    return await withinTime(remainingMs() - GIVE_UP_MS, async (signal) => {
      const client = await open(signal);
      // In the middle of a statement it breaks the connection, and with it the statement.
      signal.addEventListener("abort", () => void client.end(), { once: true });
      try {
        return await expire(client, rules, () => remainingMs() > LAST_STATEMENT_MS);
      } finally {
        await client.end();
      }
    });
  } catch (error) {
    throw new RetentionFailed(place, error);
  }
}
