import { setMaxListeners } from "node:events";
import { AwsFault } from "./aws-fault";

/** What a caller of the queues meets while they are down; over HTTP, a connection that is cut. */
export class QueueDown extends AwsFault {
  constructor() {
    super("ServiceUnavailable", "The queue is down.", { status: 503 });
  }
}

/** Faults to switch on while a stack runs: what tests and the demonstration break on purpose. */
export class Faults {
  /** The table: `down` cuts every connection, `throttled` refuses every call as DynamoDB does when it is over capacity. */
  sink: "up" | "down" | "throttled" = "up";
  /** The buckets: `down` cuts every connection. */
  bodies: "up" | "down" = "up";
  /** Parameter Store and Secrets Manager: `down` cuts every connection. */
  secrets: "up" | "down" = "up";
  /** An invocation with a record whose body contains this has its execution environment killed while it works. */
  crashMarker: string | undefined;
  #queueConnections = connections();

  /** The queues: `down` cuts every connection, also of those who wait for a message. */
  get queue(): "up" | "down" {
    return this.queueCut.aborted ? "down" : "up";
  }

  set queue(state: "up" | "down") {
    if (state === "down") this.#queueConnections.abort(new QueueDown());
    else if (this.queueCut.aborted) this.#queueConnections = connections();
  }

  /** Aborted while the queues are down, with {@link QueueDown} as its reason. */
  get queueCut(): AbortSignal {
    return this.#queueConnections.signal;
  }

  /** Whether an event is one that kills its environment. */
  crashes(event: unknown): boolean {
    const marker = this.crashMarker;
    if (marker === undefined) return false;
    const { Records: records } = event as { Records?: readonly { body?: unknown }[] };
    return records?.some(({ body }) => typeof body === "string" && body.includes(marker)) ?? false;
  }
}

function connections(): AbortController {
  const controller = new AbortController();
  // Every long poll listens, however many there are.
  setMaxListeners(0, controller.signal);
  return controller;
}
