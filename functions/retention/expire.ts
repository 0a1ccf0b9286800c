import type { Client } from "pg";

/** How long what ends in the table stays there, from the moment it was stored. */
export interface RetentionRules {
  /** For stored events and for failed and conflict records. Absent: for ever. */
  readonly eventExpiryDays?: number;
  readonly rejectedExpiryDays: number;
}

type State = "stored" | "rejected" | "failed" | "conflict";

export interface Expired {
  readonly deleted: Readonly<Partial<Record<State, number>>>;
  /** Whether there is more to delete than there was time for. */
  readonly moreLeft: boolean;
}

/** Few enough that a consumer never waits long behind one statement, and that what is undone is soon done again. */
export const ROWS_PER_STATEMENT = 1_000;

/** The oldest of a state first, found by the index (state, stored_at). */
const DELETE = `DELETE FROM webhook.events WHERE key IN (
  SELECT key FROM webhook.events
  WHERE state = $1 AND stored_at < now() - make_interval(days => $2::int)
  ORDER BY stored_at LIMIT $3::int)`;

/** What expires after how many days. Pure. */
export function expiries({
  eventExpiryDays,
  rejectedExpiryDays,
}: RetentionRules): readonly (readonly [State, number])[] {
  const events = (["stored", "failed", "conflict"] as const).map((state) => [state, eventExpiryDays] as const);
  return ([["rejected", rejectedExpiryDays], ...events] as const).flatMap(([state, days]) =>
    days === undefined ? [] : [[state, days] as const],
  );
}

/**
 * Deletes what has expired, a small batch at a time, until nothing is left or there is no time for another.
 * @throws the driver's error; what the earlier statements deleted stays deleted
 */
export async function expire(
  client: Pick<Client, "query">,
  rules: RetentionRules,
  hasTime: () => boolean,
  rowsPerStatement = ROWS_PER_STATEMENT,
): Promise<Expired> {
  const deleted: Partial<Record<State, number>> = {};
  for (const [state, days] of expiries(rules)) {
    deleted[state] = 0;
    let rows = rowsPerStatement;
    while (rows === rowsPerStatement) {
      if (!hasTime()) return { deleted, moreLeft: true };
      const { rowCount } = await client.query(DELETE, [state, days, rowsPerStatement]);
      rows = rowCount ?? 0;
      deleted[state] += rows;
    }
  }
  return { deleted, moreLeft: false };
}
