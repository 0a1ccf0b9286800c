/** The function as the simulation sees it: how many invocations run, and how long each takes. */
import type { Scenario } from "./scenario";

export class SimulatedFunction {
  running = 0;
  invocations = 0;
  highestConcurrency = 0;
  largestBatch = 0;

  constructor(private readonly scenario: Pick<Scenario, "invoke" | "reservedConcurrency" | "environmentStartMs">) {}

  /** Undefined when it is thrown away: as many run as are reserved. */
  begin(atMs: number, messages: number): { readonly ms: number; readonly fails: boolean } | undefined {
    const { invoke, reservedConcurrency = Number.POSITIVE_INFINITY, environmentStartMs = 0 } = this.scenario;
    if (this.running >= reservedConcurrency) return undefined;
    const { ms, fails } = invoke({ number: this.invocations++, atMs, messages });
    this.running++;
    // There are as many execution environments as ever ran at once; one more has to start.
    const startMs = this.running > this.highestConcurrency ? environmentStartMs : 0;
    this.highestConcurrency = Math.max(this.highestConcurrency, this.running);
    this.largestBatch = Math.max(this.largestBatch, messages);
    return { ms: startMs + ms, fails };
  }

  end(): void {
    this.running--;
  }
}
