/** The project as a user has it: cloned elsewhere, with settings of its own, deployed by `npx cdktf` to the emulator. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EnvironmentSettings } from "../../stacks/settings";
import { ProjectCopy } from "../stacks/project-copy";
import { type ArchiveProvider, startArchiveProvider } from "./archive-provider";
import { findPluginMirror, type PluginMirror } from "./plugin-mirror";
import { lockFile, mirroredVersion } from "./state-providers";
import { type Ended, start, terraformIn } from "./state-run";
import { terraformEnvironment } from "./terraform-environment";

export class StateProject {
  readonly #root: string;
  readonly #copy: ProjectCopy;
  readonly #awsUrl: string;
  readonly #mirror: PluginMirror | undefined;
  #archive: ArchiveProvider | undefined;

  private constructor(root: string, awsUrl: string) {
    this.#root = root;
    this.#awsUrl = awsUrl;
    this.#mirror = findPluginMirror();
    this.#copy = new ProjectCopy(join(root, "project"), "0o022");
  }

  /** The environment's settings stand under the name `test`. */
  static async of(settings: EnvironmentSettings, awsUrl: string): Promise<StateProject> {
    const project = new StateProject(mkdtempSync(join(tmpdir(), "webhook-project-")), awsUrl);
    project.#copy.write("environments.ts", `export const environments = ${JSON.stringify({ test: settings })};\n`);
    const mirror = project.#mirror;
    if (mirror !== undefined) {
      project.#copy.write(".terraform.lock.hcl", lockFile({ aws: mirroredVersion(mirror, "aws") }));
      if (!mirror.hasArchive) project.#archive = await startArchiveProvider(project.stack("webhook-test"));
    }
    return project;
  }

  /** As a user types it, for the environment's stack or another. */
  cdktf(words: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const environment = this.#copy.environment({ ...this.#terraformEnvironment(), WEBHOOK_ENVIRONMENT: "test" });
    return start(this.#copy.directory, { ...environment, ...variables }, "npx", "--no", "cdktf", ...words).ended;
  }

  terraform(stack: string, ...words: readonly string[]): Promise<Ended> {
    return terraformIn(this.stack(stack), this.#terraformEnvironment())(...words);
  }

  /** The folder of a synthesized stack. */
  stack(name: string): string {
    return join(this.#copy.directory, "cdktf.out", "stacks", name);
  }

  /** The project's own, which every stack's is made from. */
  lockFile(): string {
    return readFileSync(join(this.#copy.directory, ".terraform.lock.hcl"), "utf8");
  }

  /** Names of what lies in the project's own folder. */
  files(): string[] {
    return readdirSync(this.#copy.directory);
  }

  remove(): void {
    this.#archive?.stop();
    rmSync(this.#root, { recursive: true, force: true });
  }

  #terraformEnvironment(): NodeJS.ProcessEnv {
    const reattach = this.#archive?.reattach;
    return terraformEnvironment({
      settingsFolder: this.#root,
      awsUrl: this.#awsUrl,
      mirror: this.#mirror,
      reattach,
    });
  }
}
