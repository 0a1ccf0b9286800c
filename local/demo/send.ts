/** Sends deliveries over HTTP at full speed, as many senders at once would. */
import { Agent, request } from "node:http";
import type { Timeline } from "../timeline";
import type { Delivery } from "./workload";

export interface Sent {
  readonly delivery: Delivery;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** The API's id of the request, from its `apigw-requestid` header. */
  readonly requestId: string;
  /** SQS's id of the message, see {@link withMessageIds}; empty where nothing was queued. */
  readonly messageId: string;
  /** From the first byte sent to the last byte received, in milliseconds. */
  readonly latencyMs: number;
  /** When the answer was complete, on the clock of `performance.now()`. */
  readonly answeredAt: number;
}

/**
 * @param connections how many requests are under way at once
 * @throws when the API cannot be reached
 */
export async function sendAll(
  url: string,
  deliveries: readonly Delivery[],
  { connections, onSent }: { connections: number; onSent?: (sent: Sent) => void },
): Promise<readonly Sent[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const sent: Sent[] = [];
  const queue = deliveries.values();
  const sendNext = async (): Promise<void> => {
    for (const delivery of queue) {
      const answer = await send(url, delivery, agent);
      sent.push(answer);
      onSent?.(answer);
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, sendNext));
  } finally {
    agent.destroy();
  }
  return sent;
}

/** Sets each message id: who sends does not learn it from every ingress, the timeline has it from all. */
export function withMessageIds(sent: readonly Sent[], timeline: Timeline): readonly Sent[] {
  const queued = timeline.entries({ step: "queued" });
  const ids = new Map(queued.map(({ requestId, messageId = "" }) => [requestId, messageId]));
  return sent.map((one) => ({ ...one, messageId: ids.get(one.requestId) ?? "" }));
}

function send(url: string, delivery: Delivery, agent: Agent): Promise<Sent> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(delivery.path, url),
      { method: delivery.method, headers: delivery.headers, agent },
      (response) => {
        response.resume();
        response.on("error", reject);
        response.on("end", () => {
          const answeredAt = performance.now();
          resolve({
            delivery,
            status: response.statusCode ?? 0,
            messageId: "",
            requestId: String(response.headers["apigw-requestid"] ?? ""),
            latencyMs: answeredAt - started,
            answeredAt,
          });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(delivery.body);
  });
}
