/** A table with rejected records, written as the consumer writes them, and a replay of them. */
import { createHmac } from "node:crypto";
import { setMaxListeners } from "node:events";
import { waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { decideRejection } from "../../../functions/consume/decision";
import { unverifiedRejection } from "../../../functions/event/rejection";
import type { UnverifiedCode } from "../../../functions/event/signatures/signed-request";
import { UNVERIFIED_CODES } from "../../../functions/event/signatures/signed-request";
import type { Source } from "../../../functions/event/source";
import type { WebhookEvent } from "../../../functions/event/webhook-event";
import { judge } from "../../../functions/secrets/judge";
import { SecretReader } from "../../../functions/secrets/secret-reader";
import { RejectedRecords } from "../../../operate/replay/rejected-records";
import { type End, type Replayed, type ReplayOptions, replay } from "../../../operate/replay/replay";
import { startTable, type Table } from "../../functions/stores/sink";

export const OLD_SECRET = "the old secret";
export const NEW_SECRET = "the new secret";
export const SHARDS = 4;
const TABLE = "webhook-test-events";
const RECEIVED_MS = Date.UTC(2026, 0, 1, 12);

export const GITHUB: Source = {
  name: "github",
  path: "/github",
  signature: { scheme: "github", secretNames: ["ssm:/webhook/github"] },
  identity: { header: "x-github-delivery" },
  onUnverified: "reject",
};
export const SLACK: Source = {
  name: "slack",
  path: "/slack",
  signature: { scheme: "slack", secretNames: ["ssm:/webhook/slack"] },
  identity: { jsonPointer: "/event_id" },
  onUnverified: "reject",
};

let made = 0;

/** An event of GitHub's, signed. */
export function githubEvent(
  about: Partial<WebhookEvent> & { readonly text?: string; readonly secret?: string; readonly delivery?: string } = {},
): WebhookEvent {
  const number = ++made;
  const { text = `{"number":${number}}`, secret = NEW_SECRET, delivery = `delivery-${number}`, ...rest } = about;
  const body = Buffer.from(text);
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  return {
    source: "github",
    eventId: delivery,
    requestId: `request-${number}`,
    messageId: `message-${number}`,
    receivedAt: new Date(RECEIVED_MS + number * 1_000).toISOString(),
    method: "POST",
    path: "/github",
    sourceIp: "192.0.2.1",
    headers: { "x-github-delivery": delivery, "x-hub-signature-256": signature },
    body,
    ...rest,
  };
}

/** Never ends anything, and takes any number of listeners. */
function endless(): AbortSignal {
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  return signal;
}

export class Rejected {
  readonly ended: Replayed[] = [];
  /** Today's, by name. */
  readonly secrets = new Map([["/webhook/github", NEW_SECRET]]);
  #table: Table | undefined;

  async start(): Promise<void> {
    this.#table = await startTable();
    // It is being made for a moment, even here.
    await waitUntilTableExists(
      { client: this.#table.client, maxWaitTime: 20, minDelay: 0.01, maxDelay: 0.1 },
      { TableName: TABLE },
    );
  }

  get table(): Table {
    if (this.#table === undefined) throw new Error("the table is not started");
    return this.#table;
  }

  /** As the consumer does with what it does not believe. */
  async reject(events: readonly WebhookEvent[], code: UnverifiedCode = "SIGNATURE_MISMATCH"): Promise<void> {
    const records = events.map((event) => decideRejection(unverifiedRejection(event, code)).record);
    await this.table.store().record(records, endless());
  }

  async store(...events: readonly WebhookEvent[]): Promise<void> {
    await this.table.store().put(events, endless());
  }

  /** With --yes, unless the test says otherwise. @returns how many ended how, without the zeros */
  async replay({
    wanted = {},
    ...options
  }: Partial<Omit<ReplayOptions, "wanted">> & { readonly wanted?: Partial<ReplayOptions["wanted"]> } = {}): Promise<
    Partial<Record<End, number>>
  > {
    const place = { tableName: TABLE, indexName: "by-source-and-time", indexShards: SHARDS };
    const reader = new SecretReader({
      ssm: async (name) => this.secrets.get(name),
      secretsmanager: async (name) => this.secrets.get(name),
    });
    const counts = await replay({
      records: new RejectedRecords(this.table.client, place),
      store: this.table.store(),
      judge: (request, source, signal) => judge(request, source, reader, signal),
      sources: [GITHUB, SLACK],
      stores: true,
      onReplayed: (replayed) => this.ended.push(replayed),
      ...options,
      wanted: { sources: ["github", "slack"], reasons: UNVERIFIED_CODES, ...wanted },
    });
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  }

  /** State by key of everything that is there, sorted. */
  async states(): Promise<Record<string, string>> {
    const items = await this.table.items();
    const pairs = items.map(({ pk, state }) => [pk?.S ?? "", state?.S ?? ""] as const);
    return Object.fromEntries(pairs.sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  async stop(): Promise<void> {
    await this.#table?.stop();
  }
}
