/** The real Terraform in a copy of one stack's folder, with its state in the Terraform Cloud stand-in. */

import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type ArchiveProvider, startArchiveProvider } from "./archive-provider";
import type { Cloud } from "./cloud-server";
import type { PluginMirror } from "./plugin-mirror";
import { terraformEnvironment } from "./terraform-environment";

/** Far over the slowest command; a stand-in's mistake makes Terraform try again for minutes. */
const COMMAND_TIMEOUT_MS = 5 * 60_000;

const NOBODY = "http://127.0.0.1:9";

/** What a terminal shows of a command. */
export interface Ended {
  /** Undefined when it took too long and was ended. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CloudRunOptions {
  readonly cloud: Cloud;
  readonly token: string;
  /** What the stack's providers need. @default it has none but Terraform's own */
  readonly providers?: { readonly awsUrl: string; readonly mirror: PluginMirror | undefined };
  /** More environment variables. @default none */
  readonly variables?: Readonly<Record<string, string>>;
}

export class CloudRun {
  readonly #archive: ArchiveProvider | undefined;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(
    readonly directory: string,
    private readonly root: string,
    environment: NodeJS.ProcessEnv,
    archive: ArchiveProvider | undefined,
  ) {
    this.#environment = environment;
    this.#archive = archive;
  }

  /** Copies the stack's folder, and nothing beside it: what a remote run gets is that folder too. */
  static async of(stackFolder: string, options: CloudRunOptions): Promise<CloudRun> {
    const { cloud, token, variables } = options;
    const root = mkdtempSync(join(tmpdir(), "webhook-cloud-"));
    const { awsUrl, mirror } = options.providers ?? { awsUrl: NOBODY, mirror: { directory: root, hasArchive: true } };
    const directory = join(root, basename(stackFolder));
    cpSync(stackFolder, directory, { recursive: true });
    // A mirror has the versions that it has, the lock file those of the registry.
    if (mirror !== undefined) rmSync(join(directory, ".terraform.lock.hcl"), { force: true });
    const archive = mirror === undefined || mirror.hasArchive ? undefined : await startArchiveProvider(directory);
    const environment = {
      ...terraformEnvironment({ settingsFolder: root, awsUrl, mirror, reattach: archive?.reattach }),
      ...cloud.environment,
      // No shell in between: some drop a name with such characters.
      [`TF_TOKEN_${cloud.hostname}`]: token,
      ...variables,
    };
    return new CloudRun(directory, root, environment, archive);
  }

  /** Runs a command without answers to its questions; a failing one is a result too. */
  terraform(command: string, ...options: string[]): Promise<Ended> {
    return this.answering("", command, ...options);
  }

  /** Runs a command that asks, and gives it a line. */
  answering(answer: string, command: string, ...options: string[]): Promise<Ended> {
    const environment = { cwd: this.directory, env: this.#environment, timeout: COMMAND_TIMEOUT_MS };
    return new Promise((resolve) => {
      const child = execFile("terraform", [command, ...options], environment, (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        resolve({ exitCode: typeof code === "number" ? code : undefined, stdout, stderr });
      });
      // A command that ends without reading it is none the worse.
      child.stdin?.on("error", () => {}).end(answer);
    });
  }

  /** Every file of the stack's folder and its text, that Terraform's own folder included but the providers not. */
  files(): Record<string, string> {
    const entries = readdirSync(this.directory, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const own = paths
      .map((path) => path.slice(this.directory.length + 1))
      .filter((path) => !/\/providers\//.test(path));
    return Object.fromEntries(own.sort().map((path) => [path, readFileSync(join(this.directory, path), "utf8")]));
  }

  /** Puts another file in place of one of the copy's. */
  write(file: string, text: string): void {
    writeFileSync(join(this.directory, file), text);
  }

  /** Ends what was started for it and deletes the copy. */
  remove(): void {
    this.#archive?.stop();
    rmSync(this.root, { recursive: true, force: true });
  }
}
