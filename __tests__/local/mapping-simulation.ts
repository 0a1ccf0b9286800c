/** Drives the mapping's rule in simulated time: a queue that holds a burst, and a function that always takes as long. */
import { type Action, INITIAL_STATE, type MappingState, next, type Observation } from "../../local/mapping";
import type { Held, MappingSettings } from "../../local/mapping-batch";

export interface Simulation {
  readonly settings: MappingSettings;
  /** On the queue when the simulation starts. */
  readonly messages: number;
  readonly invocationMs: number;
  /** Every how many-th invocation fails; none without. */
  readonly failEvery?: number;
}

export function simulate({ settings, messages, invocationMs, failEvery = Infinity }: Simulation) {
  const calendar = new Calendar();
  let state: MappingState = INITIAL_STATE;
  let visible = messages;
  let [received, invocations, running, highestConcurrency, deleted, largestBatch, now] = [0, 0, 0, 0, 0, 0, 0];
  const waiting: (Action<Held> & { do: "poll" })[] = [];

  const observe = (observation: Observation<Held>) => {
    const step = next(settings, state, observation);
    state = step.state;
    for (const action of step.actions) act(action);
  };
  const answer = ({ batch, maximum }: Action<Held> & { do: "poll" }) => {
    const count = Math.min(maximum, visible);
    visible -= count;
    const taken = Array.from({ length: count }, () => ({ messageId: String(received++), receivedAt: now, bytes: 100 }));
    observe({ saw: "polled", at: now, batch, messages: taken, leftVisible: visible });
  };
  const act = (action: Action<Held>) => {
    if (action.do === "poll") {
      if (visible > 0) calendar.at(now, () => answer(action));
      else if (action.batch.length > 0) calendar.at(now + action.waitMs, () => answer(action));
      else waiting.push(action);
    } else if (action.do === "invoke") {
      highestConcurrency = Math.max(highestConcurrency, ++running);
      largestBatch = Math.max(largestBatch, action.batch.length);
      const fails = ++invocations % failEvery === 0;
      calendar.at(now + invocationMs, () => {
        running--;
        const outcome = fails
          ? ({ kind: "failed", reason: "boom" } as const)
          : ({ kind: "answered", response: null } as const);
        observe({ saw: "ended", at: now, batch: action.batch, outcome });
      });
    } else if (action.do === "delete") deleted += action.messages.length;
    else if (action.do === "wake") calendar.at(action.at, () => observe({ saw: "woken", at: now }));
    else
      for (const { visibleAt } of action.messages)
        calendar.at(visibleAt, () => {
          visible++;
          const [first] = waiting.splice(0, 1);
          if (first !== undefined) answer(first);
        });
  };

  observe({ saw: "start", at: 0 });
  for (let event = calendar.next(); event !== undefined; event = calendar.next()) {
    now = event.at;
    event.act();
  }
  return { highestConcurrency, deleted, largestBatch, endedAtMs: now };
}

/** What comes next, in the order of time; events of one time in the order in which they were entered. */
class Calendar {
  readonly #byTime = new Map<number, (() => void)[]>();
  readonly #times: number[] = [];

  at(at: number, act: () => void): void {
    const events = this.#byTime.get(at);
    if (events !== undefined) {
      events.push(act);
      return;
    }
    this.#byTime.set(at, [act]);
    let index = this.#times.length;
    this.#times.push(at);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = this.#times[parent] ?? 0;
      if (above <= at) break;
      this.#times[index] = above;
      index = parent;
    }
    this.#times[index] = at;
  }

  next(): { at: number; act: () => void } | undefined {
    const [at] = this.#times;
    if (at === undefined) return undefined;
    const events = this.#byTime.get(at) ?? [];
    const act = events.shift();
    if (events.length === 0) {
      this.#byTime.delete(at);
      this.#removeFirst();
    }
    return act === undefined ? this.next() : { at, act };
  }

  #removeFirst(): void {
    const last = this.#times.pop();
    if (last === undefined || this.#times.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.#times.length) break;
      if ((this.#times[child + 1] ?? Infinity) < (this.#times[child] ?? Infinity)) child++;
      const below = this.#times[child] ?? Infinity;
      if (below >= last) break;
      this.#times[index] = below;
      index = child;
    }
    this.#times[index] = last;
  }
}
