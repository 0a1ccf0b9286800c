/** The steps of events that a function's log lines tell of. Pure. */
import type { Step, TimelineEntry } from "./timeline";

/** Stages of the functions' logs, and the steps they are; that a message is returned is the mapping's to say. */
const STEPS_BY_STAGE: ReadonlyMap<unknown, Step> = new Map<string, Step>([
  ["published", "queued"],
  ["refused", "refused"],
  ["stored", "stored"],
  ["duplicate", "duplicate"],
  ["conflict", "conflict"],
  ["rejected", "rejected"],
  ["failed", "failed"],
  ["filtered", "filtered"],
]);
const WHO = ["key", "requestId", "messageId"] as const;
const FACTS = ["reason", "alreadyStored"] as const;

/** @returns undefined for a line that tells of no step */
export function stepOf(line: string): Omit<TimelineEntry, "at"> | undefined {
  if (!line.startsWith("{") || !line.includes('"stage"')) return undefined;
  let parsed: Readonly<Record<string, unknown>>;
  try {
    parsed = JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined; // Not a log line after all.
  }
  const step = STEPS_BY_STAGE.get(parsed.stage);
  if (step === undefined) return undefined;
  const facts = Object.fromEntries(
    FACTS.flatMap((name) => {
      const value = parsed[name];
      return typeof value === "string" || typeof value === "boolean" ? [[name, value]] : [];
    }),
  );
  const who = Object.fromEntries(
    WHO.flatMap((name) => (typeof parsed[name] === "string" ? [[name, parsed[name]]] : [])),
  );
  return { step, ...who, ...(Object.keys(facts).length > 0 && { facts }) };
}
