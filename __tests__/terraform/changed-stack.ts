/** Real plans of changes to a stack that counts as applied: real Terraform and provider, a state made by hand. */

import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type ArchiveProvider, startArchiveProvider } from "./archive-provider";
import { findPluginMirror } from "./plugin-mirror";
import { type Applied, type AppliedPlan, appliedBy, openChanges, stateFile } from "./prior-state";
import { terraformEnvironment } from "./terraform-environment";

const run = promisify(execFile);

/** Terraform JSON, as far as edits of it go. */
export interface Configuration {
  readonly terraform: Record<string, unknown>;
  readonly provider?: Record<string, unknown>;
  /** By type and name, the properties. */
  readonly resource: Record<string, Record<string, Record<string, unknown>>>;
  readonly [section: string]: unknown;
}

/** What follows from what follows from an id is known in the third round. */
const ROUNDS = 6;
const NO_REFRESH = ["-input=false", "-refresh=false", "-lock=false", "-out=changed.tfplan"];

export class ChangedStack {
  private constructor(
    private readonly directory: string,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly archive: ArchiveProvider | undefined,
  ) {}

  /**
   * @param folder of the configuration's files, copied; its cdk.tf.json is replaced
   * @param awsUrl is asked for the account, and for nothing else
   */
  static async of(folder: string, configuration: Configuration, awsUrl: string): Promise<ChangedStack> {
    const directory = mkdtempSync(join(tmpdir(), "webhook-changed-"));
    cpSync(folder, directory, { recursive: true });
    const mirror = findPluginMirror();
    // The mirror has versions of its own.
    if (mirror !== undefined) rmSync(join(directory, ".terraform.lock.hcl"), { force: true });
    const archive = mirror === undefined || mirror.hasArchive ? undefined : await startArchiveProvider(directory);
    const reattach = archive?.reattach;
    const environment = terraformEnvironment({ settingsFolder: directory, awsUrl, mirror, reattach });
    const stack = new ChangedStack(directory, environment, archive);
    try {
      stack.write("cdk.tf.json", JSON.stringify(configuration, null, 2));
      await stack.terraform("init", "-input=false");
      await stack.pretendApplied();
      return stack;
    } catch (error) {
      stack.remove();
      throw error;
    }
  }

  /** What `terraform show -json` prints of a plan of this configuration. */
  async plan(configuration: Configuration, options: readonly string[] = []): Promise<string> {
    this.write("cdk.tf.json", JSON.stringify(configuration, null, 2));
    await this.terraform("plan", ...NO_REFRESH, ...options);
    return this.terraform("show", "-json", "changed.tfplan");
  }

  remove(): void {
    this.archive?.stop();
    rmSync(this.directory, { recursive: true });
  }

  /** Until a plan has nothing to do. */
  private async pretendApplied(): Promise<void> {
    let applied: Applied = new Map();
    let open: readonly string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await this.terraform("plan", ...NO_REFRESH);
      const plan = JSON.parse(await this.terraform("show", "-json", "changed.tfplan")) as AppliedPlan;
      open = openChanges(plan);
      applied = open.length === 0 ? applied : appliedBy(plan, applied);
      this.write("terraform.tfstate", stateFile(plan, applied));
      if (open.length === 0) return;
    }
    throw new Error(`After ${ROUNDS} rounds the state still lacks something; a plan would change:\n${open.join("\n")}`);
  }

  private write(name: string, content: string): void {
    writeFileSync(join(this.directory, name), content);
  }

  private async terraform(command: string, ...options: readonly string[]): Promise<string> {
    const { stdout } = await run("terraform", [command, "-no-color", ...options], {
      cwd: this.directory,
      env: this.environment,
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  }
}
