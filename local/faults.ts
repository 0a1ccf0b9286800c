/** Faults to switch on while a stack runs: what tests and the demonstration break on purpose. */
export class Faults {
  /** The table: `down` cuts every connection, `throttled` refuses every call as DynamoDB does when it is over capacity. */
  sink: "up" | "down" | "throttled" = "up";
  /** The queues: `down` cuts every connection. */
  queue: "up" | "down" = "up";
  /** An invocation with a record whose body contains this has its execution environment killed while it works. */
  crashMarker: string | undefined;

  /** Whether an event is one that kills its environment. */
  crashes(event: unknown): boolean {
    const marker = this.crashMarker;
    if (marker === undefined) return false;
    const { Records: records } = event as { Records?: readonly { body?: unknown }[] };
    return records?.some(({ body }) => typeof body === "string" && body.includes(marker)) ?? false;
  }
}
