/**
 * One batch of an event source mapping, as a pure rule: what it asks the queue for, when it is invoked, and what becomes
 * of its messages. How many there are at a time is the rule of mapping.ts.
 */
import { readBatchResponse } from "./batch-response";

/** SQS API: ReceiveMessage gives at most ten messages and waits at most 20 s. */
const MAX_PER_POLL = 10;
const LONG_POLL_MS = 20_000;
/** Lambda quotas: payload of one synchronous invocation. */
const MAX_BATCH_BYTES = 6 * 1024 * 1024;
/** How long until a throttled invocation is tried again; Lambda retries until the visibility timeout, the pace is not documented. */
const THROTTLED_RETRY_MS = 1_000;

export interface MappingSettings {
  /** 1–10,000; more than 10 needs a window. */
  readonly batchSize: number;
  /** Batching window: how long a batch may wait to fill, from its first message. */
  readonly windowMs: number;
  /** On the event source mapping, 2–1,000. */
  readonly maximumConcurrency: number;
  readonly reportsBatchItemFailures: boolean;
  readonly visibilityTimeoutMs: number;
  readonly maximumMessageBytes: number;
  /** Divides the long timers of the local run; 1 in a simulation. */
  readonly speed: number;
}

/** A message that the mapping holds. */
export interface Held {
  readonly messageId: string;
  /** When it was received; its visibility timeout runs from here. */
  readonly receivedAt: number;
  readonly bytes: number;
}

export type Outcome =
  | { readonly kind: "answered"; readonly response: unknown }
  /** Thrown, timed out, out of memory, crashed. */
  | { readonly kind: "failed"; readonly reason: string }
  /** The function was at its reserved concurrency: nothing ran. */
  | { readonly kind: "throttled" };

export type BatchAction<Message extends Held> =
  /** Receive up to `maximum` messages, waiting up to `waitMs` for the first; `batch` is what the lane holds already. */
  | { readonly do: "poll"; readonly batch: readonly Message[]; readonly maximum: number; readonly waitMs: number }
  /** Invoke, now or at `at`. */
  | { readonly do: "invoke"; readonly batch: readonly Message[]; readonly at: number }
  | { readonly do: "delete"; readonly messages: readonly Message[] }
  /** Leave to the visibility timeout; `visibleAt` says when it is over for each. */
  | { readonly do: "return"; readonly messages: readonly Returned<Message>[]; readonly reason: string };

export interface Returned<Message extends Held> {
  readonly message: Message;
  readonly visibleAt: number;
}

/** Polls on while the batch may still grow, else invokes. */
export function gather<Message extends Held>(
  settings: MappingSettings,
  batch: readonly Message[],
  at: number,
): BatchAction<Message> {
  const following = poll(settings, batch, at);
  return following.waitMs <= 0 || following.maximum <= 0 ? { do: "invoke", batch, at } : following;
}

/** Asks for as much as the batch may still take. */
export function poll<Message extends Held>(
  { batchSize, windowMs, maximumMessageBytes }: MappingSettings,
  batch: readonly Message[],
  at: number,
): BatchAction<Message> & { do: "poll" } {
  const [first] = batch;
  const bytes = batch.reduce((sum, message) => sum + message.bytes, 0);
  // As many as fit whatever their size, so that none has to be given back.
  const thatFit = Math.floor((MAX_BATCH_BYTES - bytes) / maximumMessageBytes);
  return {
    do: "poll",
    batch,
    maximum: Math.min(MAX_PER_POLL, batchSize - batch.length, thatFit),
    waitMs: first === undefined ? LONG_POLL_MS : first.receivedAt + windowMs - at,
  };
}

/** When a throttled invocation is tried again; undefined when its messages become visible before. */
export function retryAt(settings: MappingSettings, [first]: readonly Held[], at: number): number | undefined {
  const again = at + THROTTLED_RETRY_MS / settings.speed;
  return again < visibleAt(settings, first, at) ? again : undefined;
}

/** What becomes of the messages of a batch whose invocation has ended. */
export function settle<Message extends Held>(
  settings: MappingSettings,
  batch: readonly Message[],
  outcome: Outcome,
  at: number,
): BatchAction<Message>[] {
  const giveBack = (messages: readonly Message[], reason: string): BatchAction<Message> => ({
    do: "return",
    messages: messages.map((message) => ({ message, visibleAt: visibleAt(settings, message, at) })),
    reason,
  });
  if (outcome.kind !== "answered") return [giveBack(batch, outcome.kind === "failed" ? outcome.reason : "throttled")];
  if (!settings.reportsBatchItemFailures) return [{ do: "delete", messages: batch }];
  const result = readBatchResponse(
    outcome.response,
    batch.map(({ messageId }) => messageId),
  );
  if ("wholeBatchFailed" in result) return [giveBack(batch, result.wholeBatchFailed)];
  const returned = batch.filter(({ messageId }) => result.failedIds.has(messageId));
  const done = batch.filter(({ messageId }) => !result.failedIds.has(messageId));
  return [
    ...(done.length === 0 ? [] : [{ do: "delete" as const, messages: done }]),
    ...(returned.length === 0 ? [] : [giveBack(returned, "reported as a batch item failure")]),
  ];
}

/** Never before its invocation ended, however fast the timers run. */
const visibleAt = (settings: MappingSettings, message: Held | undefined, endedAt: number): number =>
  Math.max((message?.receivedAt ?? endedAt) + settings.visibilityTimeoutMs / settings.speed, endedAt);
