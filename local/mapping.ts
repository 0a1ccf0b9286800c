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
import {
  type BatchAction,
  gather,
  type Held,
  type MappingSettings,
  type Outcome,
  poll,
  retryAt,
  settle,
} from "./mapping-batch";

/** Lambda Developer Guide, "Scaling behavior" of SQS mappings: five concurrent batches, then up to 300 more a minute. */
const LANES_AT_START = 5;
const LANES_PER_MS = 300 / 60_000;

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
  | BatchAction<Message>
  /** Say when the time has come. */
  | { readonly do: "wake"; readonly at: number };

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

function ended<Message extends Held>(
  settings: MappingSettings,
  state: MappingState,
  { at, batch, outcome }: Observation<Message> & { saw: "ended" },
): Step<Message> {
  const again = outcome.kind === "throttled" ? retryAt(settings, batch, at) : undefined;
  if (again !== undefined) return { state, actions: [{ do: "invoke", batch, at: again }] };
  const actions = [...settle(settings, batch, outcome, at), poll<Message>(settings, [], at)];
  return { state: { ...state, holding: state.holding - 1 }, actions };
}

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
