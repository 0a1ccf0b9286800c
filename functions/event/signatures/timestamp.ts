import { unverified, VERIFIED, type Verdict } from "./signed-request";

/** How far a timestamp may be from the time at which the request was received. Absent: it is not checked. */
export interface Tolerance {
  readonly pastSeconds?: number | undefined;
  readonly futureSeconds?: number | undefined;
}

/** @returns undefined unless it is a whole number in digits (13 digits: milliseconds until the year 2286) */
export function parseTimestamp(text: string): number | undefined {
  return /^\d{1,13}$/.test(text) ? Number(text) : undefined;
}

/** Against whole seconds, as the senders' own libraries do it. */
export function checkAge(timestampSeconds: number, receivedAtMs: number, tolerance: Tolerance): Verdict {
  const { pastSeconds, futureSeconds } = tolerance;
  const ageSeconds = Math.floor(receivedAtMs / 1_000) - timestampSeconds;
  // Not "more than": a receive time that is no number must not pass.
  if (pastSeconds !== undefined && !(ageSeconds <= pastSeconds)) return unverified("TIMESTAMP_TOO_OLD");
  if (futureSeconds !== undefined && !(-ageSeconds <= futureSeconds)) return unverified("TIMESTAMP_IN_FUTURE");
  return VERIFIED;
}
