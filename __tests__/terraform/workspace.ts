/** The real Terraform, run in a copy of one synthesized stack, against an emulated AWS and nothing else. */

import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { type ArchiveProvider, startArchiveProvider } from "./archive-provider";
import type { Plan, Validation } from "./plan-json";
import { MIRROR_VARIABLE, type PluginMirror } from "./plugin-mirror";
import { terraformEnvironment } from "./terraform-environment";

const run = promisify(execFile);

/** Far over what the slowest command takes (apply of a database: minutes), so that only a hang ends by it. */
const COMMAND_TIMEOUT_MS = 10 * 60_000;

const PLAN_FILE = "tests.tfplan";

/** Thrown when a command ends with another exit code than 0; the message has Terraform's own words. */
export class TerraformFailed extends Error {
  override readonly name = "TerraformFailed";
}

export class Workspace {
  /** Of the last workspace that began to be. */
  static #initialized: Promise<void> = Promise.resolve();
  readonly directory: string;
  readonly #root: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #archive: ArchiveProvider | undefined;

  private constructor(root: string, directory: string, environment: NodeJS.ProcessEnv, archive?: ArchiveProvider) {
    this.#root = root;
    this.directory = directory;
    this.#environment = environment;
    this.#archive = archive;
  }

  /**
   * Copies the stack's folder, and nothing beside it, to a temporary place.
   * @param variables of the environment that Terraform gets, in place of the usual ones; undefined takes one away
   */
  static async of(
    stackFolder: string,
    awsUrl: string,
    mirror: PluginMirror | undefined,
    variables: NodeJS.ProcessEnv = {},
  ): Promise<Workspace> {
    const root = mkdtempSync(join(tmpdir(), "webhook-terraform-"));
    // As deep as a synthesized stack stands: the local backend's path climbs from there, and must stay in the root.
    const directory = join(root, "cdktf.out", "stacks", basename(stackFolder));
    cpSync(stackFolder, directory, { recursive: true });
    // A mirror has the versions that it has, the lock file those of the registry.
    if (mirror !== undefined) rmSync(join(directory, ".terraform.lock.hcl"), { force: true });
    const archive = mirror === undefined || mirror.hasArchive ? undefined : await startArchiveProvider(directory);
    const environment = terraformEnvironment({ settingsFolder: root, awsUrl, mirror, reattach: archive?.reattach });
    return new Workspace(root, directory, { ...environment, ...variables }, archive);
  }

  /**
   * Waits for those that began before: Terraform does not promise that two at once may write to the same cache.
   * @throws TerraformFailed, also when no registry can be reached
   */
  async init(): Promise<void> {
    const initialized = Workspace.#initialized.then(() => this.#terraform("init", "-input=false"));
    Workspace.#initialized = initialized.then(
      () => undefined,
      () => undefined,
    );
    await initialized;
  }

  /** Mistakes of the stack are in the result, not thrown. */
  async validate(): Promise<Validation> {
    const { stdout, stderr, failure } = await this.#run("validate", "-no-color", "-json");
    if (stdout === "") throw new TerraformFailed(`terraform validate failed.\n${stderr}`, { cause: failure });
    return JSON.parse(stdout) as Validation;
  }

  /** The plan as JSON. Refreshes nothing that does not exist, changes nothing. */
  async plan(): Promise<Plan> {
    await this.#terraform("plan", "-input=false", `-out=${PLAN_FILE}`);
    return JSON.parse(await this.#terraform("show", "-json", PLAN_FILE)) as Plan;
  }

  /** The plan as if the configuration ignored changes of these attributes, by address. */
  async planIgnoring(attributes: Readonly<Record<string, readonly string[]>>): Promise<Plan> {
    const resource: Record<string, Record<string, unknown>> = {};
    for (const [address, ignore_changes] of Object.entries(attributes)) {
      const [type = "", name = ""] = address.split(".");
      resource[type] = { ...resource[type], [name]: { lifecycle: { ignore_changes } } };
    }
    // Terraform lays files of such a name over the others: the stack's own stays as it was synthesized.
    const overriding = join(this.directory, "ignoring_override.tf.json");
    writeFileSync(overriding, JSON.stringify({ resource }));
    try {
      return await this.plan();
    } finally {
      rmSync(overriding);
    }
  }

  /** Addresses of what the state names, data sources too. */
  async stateAddresses(): Promise<readonly string[]> {
    return (await this.#terraform("state", "list")).split("\n").filter((line) => line !== "");
  }

  /** The plan of another synthesis of the same stack; afterwards the workspace has its own again. */
  async planOf(stackFolder: string): Promise<Plan> {
    const file = join(this.directory, "cdk.tf.json");
    const own = readFileSync(file);
    cpSync(stackFolder, this.directory, {
      recursive: true,
      filter: (source) => !source.endsWith(".terraform.lock.hcl"),
    });
    try {
      return await this.plan();
    } finally {
      writeFileSync(file, own);
    }
  }

  /** The state as Terraform keeps it. */
  async state(): Promise<string> {
    return this.#terraform("state", "pull");
  }

  /** Makes what the last plan planned. @returns what was printed */
  async apply(): Promise<string> {
    return this.#terraform("apply", "-input=false", PLAN_FILE);
  }

  /** Deletes everything that the state names. */
  async destroy(): Promise<void> {
    await this.#terraform("destroy", "-input=false", "-auto-approve");
  }

  /** What ran, for a person: "Terraform 1.11.4, hashicorp/aws 5.100.0, hashicorp/archive stand-in". Call after init. */
  async versions(): Promise<string> {
    const said = JSON.parse(await this.#terraform("version", "-json")) as {
      terraform_version: string;
      provider_selections: Record<string, string>;
    };
    const providers = Object.entries(said.provider_selections).map(
      ([address, version]) => `${address.replace("registry.terraform.io/", "")} ${version}`,
    );
    if (this.#archive !== undefined) providers.push("hashicorp/archive stand-in");
    return [`Terraform ${said.terraform_version}`, ...providers].join(", ");
  }

  /** Ends the stand-in and deletes the copy with its state. */
  remove(): void {
    this.#archive?.stop();
    rmSync(this.#root, { recursive: true, force: true });
  }

  async #terraform(command: string, ...options: string[]): Promise<string> {
    const colour = ["version", "state"].includes(command) ? [] : ["-no-color"];
    const { stdout, stderr, failure } = await this.#run(command, ...colour, ...options);
    if (failure === undefined) return stdout;
    const hint =
      command === "init"
        ? `\nProviders come from the registry, or from a folder named by ${MIRROR_VARIABLE} (see plugin-mirror.ts).`
        : "";
    throw new TerraformFailed(`terraform ${command} failed.\n${stderr}${stdout}${hint}`, { cause: failure });
  }

  async #run(...words: string[]): Promise<{ stdout: string; stderr: string; failure?: unknown }> {
    try {
      return await run("terraform", words, {
        cwd: this.directory,
        env: this.#environment,
        maxBuffer: 64 * 1024 * 1024,
        timeout: COMMAND_TIMEOUT_MS,
      });
    } catch (failure) {
      const { stdout = "", stderr = "" } = failure as { stdout?: string; stderr?: string };
      return { stdout, stderr, failure };
    }
  }
}
