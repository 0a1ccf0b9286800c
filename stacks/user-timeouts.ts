/** What the server itself holds the database's users to, beside the number of connections. Pure. */

/**
 * After which the server closes a session that does nothing, such as one of a frozen environment. Our own: longer than
 * the pauses of a webhook that is in use, shorter than Lambda keeps an idle environment.
 */
const IDLE_SESSION_SECONDS = 300;

/** @param consumerTimeoutSeconds what an invocation of the consumer may take */
export function userTimeouts(consumerTimeoutSeconds: number) {
  return {
    // Half of the invocation, so that one that waited for a statement has the time to say so and to hold its messages.
    consumerStatementTimeoutSeconds: Math.max(1, Math.floor(consumerTimeoutSeconds / 2)),
    idleSessionTimeoutSeconds: IDLE_SESSION_SECONDS,
  };
}
