import fc from "fast-check";
import { type Action, INITIAL_STATE, type MappingState, next, type Observation } from "../../local/mapping";
import type { Held, MappingSettings, Outcome } from "../../local/mapping-batch";
import { simulate } from "../../operate/capacity/simulation";

const SETTINGS: MappingSettings = {
  batchSize: 10,
  windowMs: 0,
  maximumConcurrency: 100,
  reportsBatchItemFailures: true,
  visibilityTimeoutMs: 60_000,
  maximumMessageBytes: 262_144,
  speed: 1,
};
const held = (count: number, { receivedAt = 0, bytes = 100, from = 0 } = {}): Held[] =>
  Array.from({ length: count }, (_, index) => ({ messageId: `m${from + index}`, receivedAt, bytes }));
const FIVE_HOLDING: MappingState = { lanes: 5, holding: 5, growth: undefined };
const steps = (observation: Observation<Held>, settings: Partial<MappingSettings> = {}, state = FIVE_HOLDING) =>
  next({ ...SETTINGS, ...settings }, state, observation);
const ended = (outcome: Outcome, { at = 1_000, count = 3 } = {}): Observation<Held> => ({
  saw: "ended",
  at,
  batch: held(count),
  outcome,
});
const kinds = (actions: readonly Action<Held>[]) => actions.map((action) => action.do);
const POLL: Action<Held> = { do: "poll", batch: [], maximum: 10, waitMs: 20_000 };

test.each([
  [2, 2],
  [5, 5],
  [1_000, 5],
])("with a maximum concurrency of %i it starts with %i concurrent batches", (maximumConcurrency, lanes) => {
  const { state, actions } = steps({ saw: "start", at: 0 }, { maximumConcurrency }, INITIAL_STATE);
  expect(state.lanes).toBe(lanes);
  expect(actions).toEqual(Array.from({ length: lanes }, () => POLL));
});

describe("a batch", () => {
  const polled = (batch: Held[], messages: Held[], at: number): Observation<Held> => ({
    saw: "polled",
    at,
    batch,
    messages,
    leftVisible: 0,
  });
  const four: MappingState = { lanes: 5, holding: 4, growth: undefined };

  test("without a window is invoked with what one poll gave", () => {
    const messages = held(3, { receivedAt: 500 });
    expect(steps(polled([], messages, 500), {}, four).actions).toEqual([{ do: "invoke", batch: messages, at: 500 }]);
  });

  test("with a window is filled, waiting no longer than the window from its first message", () => {
    const messages = held(3, { receivedAt: 500 });
    const { actions, state } = steps(polled([], messages, 500), { batchSize: 100, windowMs: 2_000 }, four);
    expect(actions).toEqual([{ do: "poll", batch: messages, maximum: 10, waitMs: 2_000 }]);
    expect(state.holding).toBe(5);
  });

  test("is invoked when its window is over", () => {
    const batch = held(3, { receivedAt: 500 });
    const { actions } = steps(polled(batch, [], 2_500), { batchSize: 100, windowMs: 2_000 });
    expect(actions).toEqual([{ do: "invoke", batch, at: 2_500 }]);
  });

  test("is invoked when it is full, before its window is over", () => {
    const [batch, more] = [held(10), held(2, { from: 10 })];
    const { actions } = steps(polled(batch, more, 100), { batchSize: 12, windowMs: 2_000 });
    expect(actions).toEqual([{ do: "invoke", batch: [...batch, ...more], at: 100 }]);
  });

  test("never asks for more messages than the batch size leaves", () => {
    const batch = held(8);
    const { actions } = steps(polled([], batch, 100), { batchSize: 12, windowMs: 2_000 }, four);
    expect(actions).toMatchObject([{ do: "poll", maximum: 4 }]);
  });

  test("is invoked before it could pass the 6 MB of a synchronous invocation", () => {
    const big = held(23, { bytes: 262_144 });
    const { actions } = steps(polled([], big, 0), { batchSize: 100, windowMs: 2_000 }, four);
    expect(actions).toMatchObject([{ do: "poll", maximum: 1 }]);
    const full = held(24, { bytes: 262_144 });
    expect(steps(polled([], full, 0), { batchSize: 100, windowMs: 2_000 }, four).actions).toMatchObject([
      { do: "invoke" },
    ]);
  });
});

describe("after an invocation", () => {
  const failures = (...ids: string[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });
  const returned = (ids: string[], visibleAt: number, reason: string) => ({
    do: "return",
    messages: held(3)
      .filter(({ messageId }) => ids.includes(messageId))
      .map((message) => ({ message, visibleAt })),
    reason,
  });

  test("deletes the batch and polls at once", () => {
    const { actions, state } = steps(ended({ kind: "answered", response: failures() }));
    expect(actions).toEqual([{ do: "delete", messages: held(3) }, POLL]);
    expect(state.holding).toBe(4);
  });

  test("returns the reported messages only", () => {
    const { actions } = steps(ended({ kind: "answered", response: failures("m1") }));
    expect(actions).toEqual([
      { do: "delete", messages: [held(3)[0], held(3)[2]] },
      returned(["m1"], 60_000, "reported as a batch item failure"),
      POLL,
    ]);
  });

  test("returns the whole batch when the answer names a message that is not in it", () => {
    const { actions } = steps(ended({ kind: "answered", response: failures("m1", "m9") }));
    const reason = 'itemIdentifier "m9" is no message of the batch';
    expect(actions).toEqual([returned(["m0", "m1", "m2"], 60_000, reason), POLL]);
  });

  test("returns the whole batch when the invocation failed, and polls on without slowing down", () => {
    const { actions } = steps(ended({ kind: "failed", reason: "Error: boom" }));
    expect(actions).toEqual([returned(["m0", "m1", "m2"], 60_000, "Error: boom"), POLL]);
  });

  test("does not look at the answer where the mapping does not report batch item failures", () => {
    const { actions } = steps(ended({ kind: "answered", response: failures("m1") }), {
      reportsBatchItemFailures: false,
    });
    expect(actions).toEqual([{ do: "delete", messages: held(3) }, POLL]);
  });

  test("shows messages again sooner at a higher speed, but never before the invocation ended", () => {
    const failed: Outcome = { kind: "failed", reason: "boom" };
    const visibleAt = (at: number) => {
      const [action] = steps(ended(failed, { at, count: 1 }), { speed: 30 }).actions;
      return action?.do === "return" ? action.messages[0]?.visibleAt : undefined;
    };
    expect(visibleAt(1_000)).toBe(2_000);
    expect(visibleAt(3_000)).toBe(3_000);
  });

  test("tries a throttled invocation again until the messages' visibility timeout, then returns them", () => {
    const throttled = (at: number) => steps(ended({ kind: "throttled" }, { at }));
    expect(throttled(1_000).actions).toEqual([{ do: "invoke", batch: held(3), at: 2_000 }]);
    expect(throttled(1_000).state.holding).toBe(5);
    expect(throttled(59_500).actions).toEqual([returned(["m0", "m1", "m2"], 60_000, "throttled"), POLL]);
  });
});

describe("scaling", () => {
  const full = (at: number, state: MappingState, leftVisible = 1_000, settings: Partial<MappingSettings> = {}) =>
    steps({ saw: "polled", at, batch: [], messages: held(10, { receivedAt: at }), leftVisible }, settings, state);
  const fourHolding: MappingState = { lanes: 5, holding: 4, growth: undefined };

  test("begins when every lane holds messages and more are left", () => {
    const { state, actions } = full(10_000, fourHolding);
    expect(state.growth).toEqual({ since: 10_000, from: 5 });
    expect(kinds(actions)).toEqual(["invoke", "wake"]);
    expect(actions).toContainEqual({ do: "wake", at: 10_200 });
  });

  test("does not begin while nothing is left on the queue", () => {
    const { state, actions } = full(10_000, fourHolding, 0);
    expect(state).toEqual(FIVE_HOLDING);
    expect(kinds(actions)).toEqual(["invoke"]);
  });

  test.each([
    [200, 6],
    [1_000, 10],
    [10_000, 55],
    [60_000, 100],
  ])("has after %i ms %i concurrent batches: 300 more a minute, up to the maximum", (afterMs, lanes) => {
    const growing: MappingState = { lanes: 5, holding: 5, growth: { since: 0, from: 5 } };
    expect(steps({ saw: "woken", at: afterMs }, {}, growing).state.lanes).toBe(lanes);
  });

  test("ends when the queue is found empty: lanes above the first five are given up one by one", () => {
    const grown: MappingState = { lanes: 7, holding: 3, growth: { since: 0, from: 5 } };
    const empty: Observation<Held> = { saw: "polled", at: 9_000, batch: [], messages: [], leftVisible: 0 };
    const once = steps(empty, {}, grown);
    expect(once).toEqual({ state: { lanes: 6, holding: 3, growth: undefined }, actions: [] });
    expect(steps(empty, {}, { ...grown, lanes: 5 }).actions).toEqual([POLL]);
  });
});

/** A burst that is on the queue when the mapping starts, in simulated time. */
function workOff(
  mapping: MappingSettings,
  { messages, invocationMs, failEvery = Infinity }: { messages: number; invocationMs: number; failEvery?: number },
) {
  return simulate({
    mapping,
    arrivals: [{ atMs: 0, total: messages }],
    invoke: ({ number }) => ({ ms: invocationMs, fails: (number + 1) % failEvery === 0 }),
  });
}

test("never has more concurrent batches than the maximum, and works every message off, whatever happens", () => {
  const scenario = fc.record({
    messages: fc.integer({ min: 0, max: 3_000 }),
    maximumConcurrency: fc.integer({ min: 2, max: 60 }),
    batchSize: fc.integer({ min: 1, max: 30 }),
    failEvery: fc.integer({ min: 2, max: 50 }),
  });
  fc.assert(
    fc.property(scenario, ({ messages, maximumConcurrency, batchSize, failEvery }) => {
      const windowMs = batchSize > 10 ? 1_000 : 0;
      const settings = { ...SETTINGS, maximumConcurrency, batchSize, windowMs };
      const result = workOff(settings, { messages, invocationMs: 50, failEvery });
      expect(result.highestConcurrency).toBeLessThanOrEqual(maximumConcurrency);
      expect(result.largestBatch).toBeLessThanOrEqual(batchSize);
      expect(result.stored).toBe(messages);
    }),
    { numRuns: 50 },
  );
});

test("reaches the maximum under a burst", () => {
  const settings = { ...SETTINGS, maximumConcurrency: 40 };
  const { highestConcurrency, endedAtMs } = workOff(settings, { messages: 50_000, invocationMs: 100 });
  expect(highestConcurrency).toBe(40);
  // 5,000 batches of 100 ms: 12.5 s on 40 lanes, and the seven seconds in which they grow from five cost 3.1 s more.
  expect(endedAtMs).toBeGreaterThan(12_500);
  expect(endedAtMs).toBeLessThan(17_000);
});

test("drives a simulation of a million messages in seconds", () => {
  const settings = { ...SETTINGS, maximumConcurrency: 1_000 };
  const { stored, highestConcurrency } = workOff(settings, { messages: 1_000_000, invocationMs: 2_000 });
  expect(stored).toBe(1_000_000);
  expect(highestConcurrency).toBeGreaterThan(500);
});
