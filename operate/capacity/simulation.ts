/**
 * The consumer's event source mapping in simulated time: a discrete-event simulation that is driven by the very rule
 * that the local poller follows (local/mapping.ts). What happens is what the rule says; queue, function and clock are
 * simulated here. It costs a few microseconds a batch, whatever the rate: events that wait cost nothing.
 */
import { type Action, INITIAL_STATE, type MappingState, next, type Observation } from "../../local/mapping";
import type { Outcome } from "../../local/mapping-batch";
import { ArrivalCurve } from "./arrivals";
import { Calendar } from "./calendar";
import { type Course, Samples } from "./course";
import { DrainWatch } from "./drain-watch";
import type { Scenario } from "./scenario";
import { SimulatedFunction } from "./simulated-function";
import { type SimulatedMessage as Message, SimulatedQueue } from "./simulated-queue";

type Poll = Action<Message> & { do: "poll" };

export function simulate(scenario: Scenario): Course {
  return new Simulation(scenario).run();
}

class Simulation {
  readonly #calendar = new Calendar();
  readonly #samples: Samples;
  readonly #arrivals: ArrivalCurve;
  readonly #queue: SimulatedQueue;
  readonly #function: SimulatedFunction;
  readonly #drain: DrainWatch;
  /** Polls of an empty queue, in the order in which they came. */
  readonly #waiting = new Set<Poll>();
  #state: MappingState = INITIAL_STATE;
  #now = 0;
  #arrivalEntered = false;
  #highestBacklog = 0;
  #oldestAgeMs = 0;

  constructor(private readonly scenario: Scenario) {
    const { arrivals, messageBytes = 100, maxReceiveCount = Number.POSITIVE_INFINITY, samplesFromMs = 0 } = scenario;
    this.#samples = new Samples(samplesFromMs);
    this.#arrivals = new ArrivalCurve(arrivals);
    this.#queue = new SimulatedQueue(this.#arrivals, { messageBytes, maxReceiveCount });
    this.#function = new SimulatedFunction(scenario);
    this.#drain = new DrainWatch(scenario.drainedFromMs ?? arrivals.at(-1)?.atMs ?? 0, this.#queue);
  }

  run(): Course {
    this.#observe({ saw: "start", at: 0 });
    // The queue is deepest where a steep part of the curve ends, and nothing else need happen there.
    for (const { atMs } of this.scenario.arrivals) this.#enter(atMs, () => this.#look());
    for (
      let entry = this.#calendar.next();
      entry !== undefined && !this.#isOver(entry.at);
      entry = this.#calendar.next()
    ) {
      this.#samples.takeUntil(entry.at, (atMs) => this.#sample(atMs));
      this.#now = entry.at;
      entry.act();
      this.#drain.look(this.#now);
    }
    return this.#course();
  }

  /** In whole milliseconds, as the poller's clock: the rule reckons with differences of times. */
  #enter(at: number, act: () => void): void {
    this.#calendar.enter(Math.max(Math.ceil(at), this.#now), act);
  }

  #isOver(at: number): boolean {
    const { tailMs, untilMs = Number.POSITIVE_INFINITY, maximumInvocations = Number.POSITIVE_INFINITY } = this.scenario;
    if (at > untilMs || this.#function.invocations >= maximumInvocations) return true;
    const { drainedAtMs } = this.#drain;
    if (drainedAtMs === undefined) return false;
    return tailMs === undefined ? this.#queue.done >= this.#arrivals.total : at > drainedAtMs + tailMs;
  }

  #observe(observation: Observation<Message>): void {
    const { state, actions } = next(this.scenario.mapping, this.#state, observation);
    this.#state = state;
    for (const action of actions) this.#act(action);
  }

  #act(action: Action<Message>): void {
    switch (action.do) {
      case "poll":
        this.#poll(action);
        break;
      case "invoke":
        this.#enter(action.at, () => this.#invoke(action.batch));
        break;
      case "delete":
        this.#queue.delete(action.messages);
        this.#serve();
        break;
      case "return":
        this.#queue.hide(action.messages.length);
        for (const { message, visibleAt } of action.messages) this.#enter(visibleAt, () => this.#show(message));
        break;
      case "wake":
        this.#enter(action.at, () => this.#observe({ saw: "woken", at: this.#now }));
    }
  }

  #poll(poll: Poll): void {
    // In turn with what happens at the same time, never inside the step that asked for it.
    this.#enter(this.#now, () => {
      if (this.#answer(poll)) return;
      this.#waiting.add(poll);
      this.#enter(this.#now + poll.waitMs, () => {
        if (this.#waiting.delete(poll)) this.#polled(poll, []);
      });
      this.#enterArrival();
    });
  }

  /** False when there is nothing to answer with. */
  #answer(poll: Poll): boolean {
    this.#look();
    const messages = this.#queue.receive(poll.maximum, this.#now);
    if (messages.length === 0) return false;
    this.#waiting.delete(poll);
    const { pollMs = 0 } = this.scenario;
    if (pollMs === 0) this.#polled(poll, messages);
    else this.#enter(this.#now + pollMs, () => this.#polled(poll, messages));
    return true;
  }

  #polled({ batch }: Poll, messages: readonly Message[]): void {
    const leftVisible = this.#queue.visible(this.#now);
    this.#observe({ saw: "polled", at: this.#now, batch, messages, leftVisible });
  }

  /** Gives those who wait what there is. */
  #serve(): void {
    for (const poll of this.#waiting) if (!this.#answer(poll)) break;
    this.#enterArrival();
  }

  /** While somebody waits, the next event is waited for; otherwise events come without anything happening. */
  #enterArrival(): void {
    if (this.#arrivalEntered || this.#waiting.size === 0) return;
    const at = this.#queue.nextArrival(this.#now);
    if (at === Number.POSITIVE_INFINITY) return;
    this.#arrivalEntered = true;
    this.#enter(at, () => {
      this.#arrivalEntered = false;
      this.#serve();
    });
  }

  #show(message: Message): void {
    this.#queue.show(message, this.#now);
    this.#serve();
  }

  #invoke(batch: readonly Message[]): void {
    const end = (outcome: Outcome) => this.#observe({ saw: "ended", at: this.#now, batch, outcome });
    const begun = this.#function.begin(this.#now, batch.length);
    if (begun === undefined) {
      end({ kind: "throttled" });
      return;
    }
    this.#enter(this.#now + begun.ms, () => {
      this.#function.end();
      end(begun.fails ? { kind: "failed", reason: "the sink is down" } : { kind: "answered", response: null });
    });
  }

  #look(): void {
    this.#highestBacklog = Math.max(this.#highestBacklog, this.#queue.backlog(this.#now));
  }

  #sample(atMs: number) {
    const oldestAgeMs = this.#queue.oldestAgeMs(atMs);
    this.#oldestAgeMs = Math.max(this.#oldestAgeMs, oldestAgeMs);
    return {
      atMs,
      backlog: this.#queue.backlog(atMs),
      inFlight: this.#queue.inFlight,
      stored: this.#queue.deleted,
      concurrency: this.#function.running,
      oldestAgeMs,
    };
  }

  #course(): Course {
    return {
      samples: this.#samples.kept,
      stored: this.#queue.deleted,
      deadLettered: this.#queue.deadLettered,
      invocations: this.#function.invocations,
      highestConcurrency: this.#function.highestConcurrency,
      largestBatch: this.#function.largestBatch,
      highestBacklog: this.#highestBacklog,
      highestInFlight: this.#queue.highestInFlight,
      oldestAgeMs: this.#oldestAgeMs,
      drainedAtMs: this.#drain.drainedAtMs,
      endedAtMs: this.#now,
    };
  }
}
