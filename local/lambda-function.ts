/** A function as the Lambda service runs it: execution environments, kept warm, within the reserved concurrency. */
import { randomUUID } from "node:crypto";
import { type EnvironmentOutcome, ExecutionEnvironment } from "./execution-environment";
import type { Faults } from "./faults";
import type { FunctionSettings } from "./function-resources";
import { Slots } from "./lambda-slots";
import { stepOf } from "./log-lines";
import type { Outcome } from "./mapping-batch";
import { ACCOUNT_ID, REGION } from "./resource-types";
import type { FunctionError, InvocationContext } from "./runtime-messages";
import type { Timeline } from "./timeline";
import type { Warden } from "./warden";

/** Below this a timeout is not shortened, so that a fast clock does not end honest work. */
const SHORTEST_TIMEOUT_MS = 2_000;
/**
 * Execution environments that callers who wait for an answer get together: each is a process, and a burst that gets
 * hundreds on AWS would bring this machine to a stop. What comes meanwhile waits.
 */
export const SYNCHRONOUS_ENVIRONMENTS = 8;

/** What a function needs of the service around it. */
export interface FunctionPorts {
  readonly bootstrapFile: string;
  /** Everything the process sees, see reserved-variables.ts. */
  readonly variables: Readonly<Record<string, string>>;
  readonly warden: Warden;
  readonly faults: Faults;
  readonly timeline: Timeline;
  readonly speed: number;
  /** Gets every line that the function writes. */
  readonly onLogLine?: (line: string, from: { readonly functionName: string; readonly environment: string }) => void;
}

interface Environment {
  readonly id: string;
  /** Which deployment it runs, counted from 0. */
  readonly deployment: number;
  readonly process: ExecutionEnvironment;
}

export class LambdaFunction {
  /** Invocations that ran at the same time, at most. */
  highestConcurrency = 0;
  #concurrency = 0;
  #environmentsStarted = 0;
  #deployment = 0;
  #stopped = false;
  readonly #idle: Environment[] = [];
  /** Of the deployment before: frozen, never invoked again, and with all their connections. */
  #retired: Environment[] = [];
  readonly #alive = new Set<ExecutionEnvironment>();
  readonly #ports: FunctionPorts;
  readonly #synchronous = new Slots(SYNCHRONOUS_ENVIRONMENTS);

  constructor(
    readonly settings: FunctionSettings,
    ports: FunctionPorts,
  ) {
    this.#ports = ports;
  }

  get concurrency(): number {
    return this.#concurrency;
  }

  /** Invokes it for an event source mapping. Never throws: what goes wrong in a function is an outcome. */
  invoke(event: unknown): Promise<Outcome> {
    return this.#counted(() => this.#run(event, this.#shortenedTimeoutMs()));
  }

  /**
   * Invokes it for a caller who waits for the answer: the timeout is not shortened, and no more than
   * {@link SYNCHRONOUS_ENVIRONMENTS} run at once. One that waits for its turn counts as running, as it would on AWS.
   */
  invokeSynchronously(event: unknown): Promise<Outcome> {
    return this.#counted(() => this.#synchronous.within(() => this.#run(event, this.settings.timeoutSeconds * 1000)));
  }

  async #counted(run: () => Promise<EnvironmentOutcome>): Promise<Outcome> {
    const { reservedConcurrency = Infinity } = this.settings;
    if (this.#stopped || this.#concurrency >= reservedConcurrency) return { kind: "throttled" };
    this.#concurrency++;
    this.highestConcurrency = Math.max(this.highestConcurrency, this.#concurrency);
    try {
      return asOutcome(await run());
    } finally {
      this.#concurrency--;
    }
  }

  /** How many environments of the deployment before are still there. */
  get retired(): number {
    return this.#retired.length;
  }

  /**
   * New code, as UpdateFunctionCode does it: every event from now on gets an environment that is started for it. Those of
   * the old code stay frozen, as on AWS for a while, and keep their connections; those of the code before that end.
   */
  deploy(): void {
    this.#deployment++;
    this.endRetired();
    this.#retired = this.#idle.splice(0);
  }

  /** Ends what {@link deploy} left, as AWS does in its own time. */
  endRetired(): void {
    for (const { process } of this.#retired.splice(0)) this.#end(process);
  }

  /** Kills every environment; invocations that run end as failed. */
  stop(): void {
    this.#stopped = true;
    for (const process of this.#alive) process.kill();
  }

  async #run(event: unknown, timeoutMs: number): Promise<EnvironmentOutcome> {
    if (this.#stopped) return { kind: "failed", error: STOPPED };
    const environment = this.#idle.pop() ?? (await this.#start());
    if ("failed" in environment) return { kind: "failed", error: environment.failed };
    const { id, process } = environment;
    this.#recordInvoked(event, id);
    // Before it is given the event, so that no write of a crashed invocation gets through by luck.
    if (this.#ports.faults.crashes(event)) process.kill();
    const outcome = await process.invoke({ event, context: this.#context(id, timeoutMs) }, { timeoutMs });
    if (!process.isAlive) this.#alive.delete(process);
    else if (environment.deployment === this.#deployment) this.#idle.push(environment);
    else if (environment.deployment === this.#deployment - 1) this.#retired.push(environment);
    else this.#end(process);
    return outcome;
  }

  #end(process: ExecutionEnvironment): void {
    process.kill();
    this.#alive.delete(process);
  }

  async #start(): Promise<Environment | { failed: FunctionError }> {
    const { bootstrapFile, variables, warden, timeline, onLogLine } = this.#ports;
    const id = `environment-${++this.#environmentsStarted}`;
    const deployment = this.#deployment;
    const from = { functionName: this.settings.name, environment: id };
    const started = await ExecutionEnvironment.start(
      {
        ...this.settings,
        bootstrapFile,
        variables: { ...variables, ...this.settings.variables, AWS_LAMBDA_LOG_STREAM_NAME: id },
      },
      warden,
      (line) => {
        const entry = stepOf(line);
        if (entry !== undefined) timeline.record(entry);
        onLogLine?.(line, from);
      },
    );
    if ("failed" in started) return started;
    if (this.#stopped) started.kill();
    this.#alive.add(started);
    return { id, deployment, process: started };
  }

  #shortenedTimeoutMs(): number {
    const configured = this.settings.timeoutSeconds * 1000;
    return Math.min(configured, Math.max(configured / this.#ports.speed, SHORTEST_TIMEOUT_MS));
  }

  #context(environment: string, timeoutMs: number): InvocationContext {
    const { name, memoryMegabytes, logGroup } = this.settings;
    return {
      awsRequestId: randomUUID(),
      functionName: name,
      functionVersion: "$LATEST",
      invokedFunctionArn: `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:${name}`,
      memoryLimitInMB: String(memoryMegabytes),
      logGroupName: logGroup,
      logStreamName: environment,
      deadline: Date.now() + timeoutMs,
    };
  }

  #recordInvoked(event: unknown, environment: string): void {
    const { Records: records = [] } = event as { Records?: readonly { readonly messageId?: string }[] };
    for (const { messageId } of records)
      if (messageId !== undefined) this.#ports.timeline.record({ step: "invoked", messageId, facts: { environment } });
  }
}

const STOPPED: FunctionError = { errorType: "Runtime.ExitError", errorMessage: "The local run has been stopped." };

const asOutcome = (outcome: EnvironmentOutcome): Outcome =>
  outcome.kind === "answered"
    ? outcome
    : { kind: "failed", reason: `${outcome.error.errorType}: ${outcome.error.errorMessage}` };
