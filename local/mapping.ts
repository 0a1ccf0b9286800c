/**
 * How Lambda's event source mapping works a standard queue off, as one pure rule: how many batches at a time, when a
 * batch is invoked, and what becomes of its messages. No clock and no I/O: {@link next} is told what was seen and when,
 * and says what to do. The local poller drives it against the real queue, the capacity simulation in simulated time;
 * a step costs the same however many lanes there are.
 *
 * A lane is one concurrent batch: it polls, gathers, is invoked, and polls again.
 * Failed invocations do not slow the polling, as AWS promises where ReportBatchItemFailures is set. Without it Lambda
 * polls less after failures, by how much is not documented, so that is not played.
 */
import { readBatchResponse } from "./batch-response";

/** Lambda Developer Guide, "Scaling behavior" of SQS mappings: five concurrent batches, then up to 300 more a minute. */
const LANES_AT_START = 5;
const LANES_PER_MS = 300 / 60_000;
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

export type Observation<Message extends Held> =
  | { readonly saw: "start"; readonly at: number }
  /** The answer to a poll, empty when nothing came in time; `leftVisible` messages are still on the queue. */
  | {
      readonly saw: "polled";
      readonly at: number;
      readonly batch: readonly Message[];
      readonly messages: readonly Message[];
      readonly leftVisible: number;
    }
  | { readonly saw: "ended"; readonly at: number; readonly batch: readonly Message[]; readonly outcome: Outcome }
  /** The time of a `wake` has come. */
  | { readonly saw: "woken"; readonly at: number };

export type Action<Message extends Held> =
  /** Receive up to `maximum` messages, waiting up to `waitMs` for the first; `batch` is what the lane holds already. */
  | { readonly do: "poll"; readonly batch: readonly Message[]; readonly maximum: number; readonly waitMs: number }
  /** Invoke, now or at `at`. */
  | { readonly do: "invoke"; readonly batch: readonly Message[]; readonly at: number }
  | { readonly do: "delete"; readonly messages: readonly Message[] }
  /** Leave to the visibility timeout; `visibleAt` says when it is over for each. */
  | { readonly do: "return"; readonly messages: readonly Returned<Message>[]; readonly reason: string }
  | { readonly do: "wake"; readonly at: number };

export interface Returned<Message extends Held> {
  readonly message: Message;
  readonly visibleAt: number;
}

export interface MappingState {
  /** Concurrent batches now: polling, gathering or invoked. */
  readonly lanes: number;
  /** Lanes that hold messages. */
  readonly holding: number;
  /** Set while messages are left on the queue, so that the mapping grows: since when, and from how many lanes. */
  readonly growth: { readonly since: number; readonly from: number } | undefined;
}

export const INITIAL_STATE: MappingState = { lanes: 0, holding: 0, growth: undefined };

export interface Step<Message extends Held> {
  readonly state: MappingState;
  readonly actions: readonly Action<Message>[];
}

export function next<Message extends Held>(
  settings: MappingSettings,
  state: MappingState,
  observation: Observation<Message>,
): Step<Message> {
  switch (observation.saw) {
    case "start": {
      const lanes = Math.min(LANES_AT_START, settings.maximumConcurrency);
      return {
        state: { ...state, lanes },
        actions: Array.from({ length: lanes }, () => poll(settings, [], observation.at)),
      };
    }
    case "polled":
      return polled(settings, state, observation);
    case "ended":
      return ended(settings, state, observation);
    case "woken":
      return grown(settings, state, observation.at, []);
  }
}

function polled<Message extends Held>(
  settings: MappingSettings,
  state: MappingState,
  { at, batch, messages, leftVisible }: Observation<Message> & { saw: "polled" },
): Step<Message> {
  const held = messages.length === 0 ? batch : [...batch, ...messages];
  if (held.length === 0) return idle(settings, state, at);
  const holding = state.holding + (batch.length === 0 ? 1 : 0);
  const growth = leftVisible > 0 ? (state.growth ?? { since: at, from: state.lanes }) : undefined;
  return grown(settings, { ...state, holding, growth }, at, [gather(settings, held, at)]);
}

/** A lane found the queue empty: the mapping stops growing, and gives back a lane that it grew. */
function idle<Message extends Held>(settings: MappingSettings, state: MappingState, at: number): Step<Message> {
  const isSurplus = state.lanes > LANES_AT_START;
  return {
    state: { ...state, lanes: state.lanes - (isSurplus ? 1 : 0), growth: undefined },
    actions: isSurplus ? [] : [poll(settings, [], at)],
  };
}

/** Polls on while the batch may still grow, else invokes. */
function gather<Message extends Held>(
  settings: MappingSettings,
  batch: readonly Message[],
  at: number,
): Action<Message> {
  const following = poll(settings, batch, at);
  return following.waitMs <= 0 || following.maximum <= 0 ? { do: "invoke", batch, at } : following;
}

function poll<Message extends Held>(
  { batchSize, windowMs, maximumMessageBytes }: MappingSettings,
  batch: readonly Message[],
  at: number,
): Action<Message> & { do: "poll" } {
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

function ended<Message extends Held>(
  settings: MappingSettings,
  state: MappingState,
  { at, batch, outcome }: Observation<Message> & { saw: "ended" },
): Step<Message> {
  if (outcome.kind === "throttled" && at + THROTTLED_RETRY_MS / settings.speed < visibleAt(settings, batch[0], at)) {
    const retry: Action<Message> = { do: "invoke", batch, at: at + THROTTLED_RETRY_MS / settings.speed };
    return { state, actions: [retry] };
  }
  const actions = [...settle(settings, batch, outcome, at), poll<Message>(settings, [], at)];
  return { state: { ...state, holding: state.holding - 1 }, actions };
}

function settle<Message extends Held>(
  settings: MappingSettings,
  batch: readonly Message[],
  outcome: Outcome,
  at: number,
): Action<Message>[] {
  const giveBack = (messages: readonly Message[], reason: string): Action<Message> => ({
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

/** Opens the lanes that the time since growth began allows, and asks to be woken for the next one. */
function grown<Message extends Held>(
  settings: MappingSettings,
  state: MappingState,
  at: number,
  actions: readonly Action<Message>[],
): Step<Message> {
  const { growth, holding, lanes } = state;
  if (growth === undefined || holding < lanes || lanes >= settings.maximumConcurrency) return { state, actions };
  const allowed = Math.min(settings.maximumConcurrency, growth.from + Math.floor((at - growth.since) * LANES_PER_MS));
  if (allowed <= lanes) {
    const wakeAt = growth.since + Math.ceil((lanes + 1 - growth.from) / LANES_PER_MS);
    return { state, actions: [...actions, { do: "wake", at: wakeAt }] };
  }
  const opened = Array.from({ length: allowed - lanes }, () => poll<Message>(settings, [], at));
  return { state: { ...state, lanes: allowed }, actions: [...actions, ...opened] };
}
