/** What the demonstration sends: real GitHub deliveries, and beside them one of everything that goes wrong. */
import { createHash } from "node:crypto";
import examples from "@octokit/webhooks-examples";

export interface Delivery {
  /** Why it is sent; the report does not depend on it, the account is made from what was stored. */
  readonly purpose: "event" | "retry" | "hello" | "conflict" | "unstorable" | "forged" | "crash";
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** The sender's own id of the event, where it gives one. */
  readonly deliveryId?: string;
}

/** A body with this text gets its execution environment killed by the local run, as running out of memory would. */
export const CRASH_MARKER = "demo: crash the execution environment";

/** Every tenth delivery is sent again, as a sender does that did not see our answer. */
const RETRY_EVERY = 10;
const HELLOS = 5;

/** A key of DynamoDB takes 2,048 bytes (DynamoDB, Service quotas); an id of this many characters cannot be stored. */
const UNSTORABLE_ID_CHARACTERS = 3_000;

/** How many deliveries `@octokit/webhooks-examples` has. */
export const GITHUB_EXAMPLES = examples.reduce((sum, { examples: bodies }) => sum + bodies.length, 0);

/**
 * @param count how many events: the examples again and again, each time under new delivery ids
 * @returns the events with their retries, and the special cases
 */
export function demoWorkload(count: number = GITHUB_EXAMPLES): readonly Delivery[] {
  const events = githubDeliveries(count);
  const retries = events.filter((_, index) => index % RETRY_EVERY === 0).map((event) => as(event, "retry"));
  const [first] = events;
  if (first === undefined) throw new Error("@octokit/webhooks-examples holds no deliveries");
  return [
    ...events,
    ...retries,
    ...Array.from(
      { length: HELLOS },
      (): Delivery => ({ purpose: "hello", method: "GET", path: "/hello", headers: {} }),
    ),
    { ...as(first, "conflict"), body: Buffer.from('{"action":"the same id with other content"}') },
    githubDelivery("unstorable", "ping", "0".repeat(UNSTORABLE_ID_CHARACTERS), '{"zen":"too long an id"}'),
    forgedDelivery(),
    githubDelivery("crash", "ping", idOf("crash"), JSON.stringify({ zen: CRASH_MARKER })),
  ];
}

/** Real deliveries, as GitHub sends them, each one time unless more are asked for. Stable from run to run. */
export function githubDeliveries(count: number = GITHUB_EXAMPLES): readonly Delivery[] {
  const once = examples.flatMap(({ name, examples: bodies }) =>
    bodies.map((body, index) => ({ name, id: `${name}/${index}`, body: JSON.stringify(body) })),
  );
  const rounds = Array.from({ length: Math.ceil(count / once.length) }, (_, round) =>
    once.map(({ name, id, body }) => githubDelivery("event", name, idOf(round === 0 ? id : `${id}/${round}`), body)),
  );
  return rounds.flat().slice(0, count);
}

function githubDelivery(purpose: Delivery["purpose"], event: string, deliveryId: string, body: string): Delivery {
  return {
    purpose,
    method: "POST",
    path: "/github",
    headers: {
      "content-type": "application/json",
      "user-agent": "GitHub-Hookshot/044aadd",
      "x-github-event": event,
      "x-github-delivery": deliveryId,
    },
    body: Buffer.from(body),
    deliveryId,
  };
}

/** A header that tries to close the attribute it is mapped into and to add one of its own. */
function forgedDelivery(): Delivery {
  const honest = githubDelivery("forged", "ping", idOf("forged"), '{"zen":"forged"}');
  const breakOut = 'x"},"form":{"DataType":"String","StringValue":"publisher';
  return { ...honest, headers: { ...honest.headers, "user-agent": breakOut } };
}

function as(delivery: Delivery, purpose: Delivery["purpose"]): Delivery {
  return { ...delivery, purpose };
}

/** A UUID that is the same in every run. */
function idOf(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
