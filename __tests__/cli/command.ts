/** The command line as a person runs it: its real process. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Running {
  stdout = "";
  stderr = "";
  readonly finished: Promise<Finished>;
  readonly #process: ChildProcess;

  /** @param file the bundle of the command line */
  constructor(
    args: readonly string[],
    variables: Readonly<Record<string, string>> = {},
    file = join(ROOT, "dist/webhook.cjs"),
  ) {
    const [stdio, env] = [["ignore", "pipe", "pipe"] as const, { ...process.env, ...variables }];
    this.#process = spawn(process.execPath, [file, ...args], {
      cwd: ROOT,
      env,
      stdio: [...stdio],
    });
    this.#process.stdout?.on("data", (part) => {
      this.stdout += part;
    });
    this.#process.stderr?.on("data", (part) => {
      this.stderr += part;
    });
    this.finished = new Promise((resolve) =>
      this.#process.once("close", (exitCode) => resolve({ exitCode, stdout: this.stdout, stderr: this.stderr })),
    );
  }

  /** Waits until it has printed a match. @throws Error with all it printed when it ends before */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(this.stdout);
        if (found !== null) resolve(found);
      };
      this.#process.stdout?.on("data", look);
      this.#process.once("close", () =>
        reject(new Error(`it ended without ${pattern}:\n${this.stdout}${this.stderr}`)),
      );
      look();
    });
  }

  /** Ends it at once, as a machine that is switched off. */
  kill(): Promise<Finished> {
    this.#process.kill("SIGKILL");
    return this.finished;
  }

  /** Ctrl-C. */
  interrupt(): Promise<Finished> {
    this.#process.kill("SIGINT");
    return this.finished;
  }
}

export function webhook(...args: readonly string[]): Promise<Finished> {
  return new Running(args).finished;
}
