/**
 * One execution environment of a function: a process that answers one event at a time and is frozen between two, so that
 * idle timers and open connections behave as on Lambda. Timeout and memory end it by SIGKILL.
 */
import { type ChildProcess, fork } from "node:child_process";
import { createInterface } from "node:readline";
import { privateBytes } from "./memory";
import { type EnvironmentMessage, endLine, type FunctionError, type InvokeMessage } from "./runtime-messages";
import type { Warden } from "./warden";

/** Lambda quotas, "Initialization": the time a bundle has to load. */
const INIT_TIMEOUT_MS = 10_000;
/** How often memory is looked at during an invocation. */
const MEMORY_LOOK_MS = 50;
const CAN_FREEZE = process.platform !== "win32";

export interface EnvironmentSettings {
  /** dist/bootstrap.cjs */
  readonly bootstrapFile: string;
  readonly bundleFile: string;
  readonly exportName: string;
  readonly memoryMegabytes: number;
  /** All that the process sees, nothing is inherited. */
  readonly variables: Readonly<Record<string, string>>;
}

export type EnvironmentOutcome =
  | { readonly kind: "answered"; readonly response: unknown }
  | { readonly kind: "failed"; readonly error: FunctionError };

export interface InvokeOptions {
  readonly timeoutMs: number;
}

interface Waiting {
  readonly requestId: string;
  readonly resolve: (outcome: EnvironmentOutcome) => void;
  outcome?: EnvironmentOutcome;
  hasAllOutput: boolean;
}

export class ExecutionEnvironment {
  /** False once the process has ended or is about to: it takes no more events. */
  isAlive = true;
  readonly #process: ChildProcess;
  readonly #memoryMegabytes: number;
  #waiting: Waiting | undefined;
  /** Why it is killed, for the answer to the invocation that this ends. */
  #killedFor: FunctionError | undefined;

  private constructor(child: ChildProcess, { memoryMegabytes }: EnvironmentSettings, onLine: (line: string) => void) {
    this.#process = child;
    this.#memoryMegabytes = memoryMegabytes;
    for (const stream of [child.stdout, child.stderr])
      if (stream !== null) createInterface({ input: stream }).on("line", (line) => this.#onLine(line, onLine));
    child.on("message", (message) => this.#onMessage(message as EnvironmentMessage));
    child.on("close", (code, signal) => this.#onClose(code, signal));
  }

  /**
   * Starts the process and loads the bundle.
   * @param onLine gets every line that the function writes
   * @returns the environment, or how its initialization failed
   */
  static async start(
    settings: EnvironmentSettings,
    warden: Warden,
    onLine: (line: string) => void,
  ): Promise<ExecutionEnvironment | { readonly failed: FunctionError }> {
    const child = fork(settings.bootstrapFile, [settings.bundleFile, settings.exportName], {
      env: settings.variables,
      execArgv: [`--max-old-space-size=${settings.memoryMegabytes}`],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // Ctrl-C in a terminal is ours to handle, not the functions'.
      detached: CAN_FREEZE,
    });
    const { pid } = child;
    if (pid !== undefined) {
      warden.started(pid);
      child.once("exit", () => warden.ended(pid));
    }
    const environment = new ExecutionEnvironment(child, settings, onLine);
    const failed = await initialized(child);
    if (failed === undefined) return environment;
    environment.kill();
    return { failed };
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Runs the handler. One at a time: the caller takes another environment for an event that comes meanwhile. */
  async invoke(message: InvokeMessage, { timeoutMs }: InvokeOptions): Promise<EnvironmentOutcome> {
    this.#thaw();
    const timeout = setTimeout(() => this.kill(timedOut(message.context.awsRequestId, timeoutMs)), timeoutMs);
    const memory = setInterval(() => this.#lookAtMemory(message.context.awsRequestId), MEMORY_LOOK_MS);
    const outcome = await new Promise<EnvironmentOutcome>((resolve) => {
      this.#waiting = { requestId: message.context.awsRequestId, resolve, hasAllOutput: false };
      this.#process.send(message, (error) => error && this.kill());
    });
    clearTimeout(timeout);
    clearInterval(memory);
    this.#waiting = undefined;
    if (this.isAlive) this.#freeze();
    return outcome;
  }

  /** Ends the process at once. @param why the answer to the invocation that this ends, if there is one */
  kill(why?: FunctionError): void {
    this.isAlive = false;
    this.#killedFor ??= why;
    this.#process.kill("SIGKILL");
  }

  #onLine(line: string, onLine: (line: string) => void): void {
    if (this.#waiting !== undefined && line === endLine(this.#waiting.requestId)) {
      this.#waiting.hasAllOutput = true;
      this.#settle();
    } else onLine(line);
  }

  #onMessage(message: EnvironmentMessage): void {
    if (this.#waiting === undefined) return;
    if (message.kind === "answered") this.#waiting.outcome = message;
    if (message.kind === "threw") this.#waiting.outcome = { kind: "failed", error: message.error };
    this.#settle();
  }

  /** An invocation has ended when its answer and all of its output are here. */
  #settle(): void {
    const waiting = this.#waiting;
    if (waiting?.outcome !== undefined && waiting.hasAllOutput) waiting.resolve(waiting.outcome);
  }

  #onClose(code: number | null, signal: NodeJS.Signals | null): void {
    this.isAlive = false;
    if (this.#waiting === undefined) return;
    const error = this.#killedFor ?? exited(this.#waiting.requestId, code, signal);
    this.#waiting.resolve({ kind: "failed", error });
  }

  #lookAtMemory(requestId: string): void {
    const bytes = this.pid === undefined ? undefined : privateBytes(this.pid);
    if (bytes !== undefined && bytes > this.#memoryMegabytes * 1024 * 1024) this.kill(outOfMemory(requestId));
  }

  #freeze(): void {
    if (CAN_FREEZE) this.#process.kill("SIGSTOP");
  }

  #thaw(): void {
    if (CAN_FREEZE) this.#process.kill("SIGCONT");
  }
}

/** @returns what failed, undefined when the bundle is loaded */
function initialized(child: ChildProcess): Promise<FunctionError | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(
      () => resolve({ errorType: "Sandbox.Timedout", errorMessage: "Error: Init timed out after 10.00 seconds" }),
      INIT_TIMEOUT_MS,
    );
    child.once("message", (message: EnvironmentMessage) =>
      resolve(message.kind === "init-failed" ? message.error : undefined),
    );
    child.once("error", (error) => resolve({ errorType: "Runtime.ExitError", errorMessage: error.message }));
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve(exited("unknown", code, signal));
    });
    child.once("message", () => clearTimeout(timer));
  });
}

// The texts are Lambda's own.
const timedOut = (requestId: string, timeoutMs: number): FunctionError => ({
  errorType: "Sandbox.Timedout",
  errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
});

const outOfMemory = (requestId: string): FunctionError => ({
  errorType: "Runtime.OutOfMemory",
  errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
});

/** A process that V8 aborts has used up its heap, the other way to run out of memory. */
function exited(requestId: string, code: number | null, signal: NodeJS.Signals | null): FunctionError {
  if (signal === "SIGABRT")
    return {
      errorType: "Runtime.OutOfMemory",
      errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: aborted`,
    };
  const how = signal === null ? `exit status ${code}` : `signal: ${signal === "SIGKILL" ? "killed" : signal}`;
  return {
    errorType: "Runtime.ExitError",
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${how}`,
  };
}
