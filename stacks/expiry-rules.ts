/** An event's id has to be known for as long as its message can come back. Pure. */
import type { BrokenRule } from "./errors";
import type { Settings } from "./settings";

export function expiryRules({ table, postgresSink, queue }: Settings): BrokenRule[] {
  // A redriven message is a new one for SQS and gets the events queue's whole retention again.
  const longest = queue.deadLetterRetentionDays + queue.retentionDays;
  const expiries = { table: table.eventExpiryDays, "postgresSink.retention": postgresSink?.retention.eventExpiryDays };
  return Object.entries(expiries).flatMap(([section, days]): BrokenRule[] => {
    if (days === undefined || days >= longest) return [];
    const path = `${section}.eventExpiryDays`;
    return [
      {
        path,
        involves: [path, "queue.deadLetterRetentionDays", "queue.retentionDays"],
        value: `${days}`,
        rule: `a redrive can bring a message back for ${longest} days, and it would be stored a second time`,
        source: "deadLetterRetentionDays + retentionDays (SQS Developer Guide, dead-letter queue redrive)",
        remedy: `Set it to ${longest} or more, or leave it out to keep events for ever.`,
        code: "EXPIRY_TOO_SHORT",
      },
    ];
  });
}
