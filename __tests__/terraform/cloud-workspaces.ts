/** What Terraform Cloud keeps of an organization, in memory: workspaces, their locks and their state versions. */

import { randomUUID } from "node:crypto";
import { CloudRefusal, found } from "./cloud-refusal";
import { type NewStateVersion, StateVersion } from "./cloud-state-version";

export type ExecutionMode = "local" | "remote";

export class CloudWorkspace {
  readonly id = `ws-${randomUUID()}`;
  terraformVersion = "latest";
  /** Whose run holds it. */
  lockedBy: string | undefined;
  readonly #versions: StateVersion[] = [];

  constructor(
    readonly name: string,
    readonly tags: readonly string[],
    public executionMode: ExecutionMode,
  ) {}

  /** @throws CloudRefusal when somebody holds it already, also the same user: two runs of theirs are two runs */
  lock(user: string): void {
    if (this.lockedBy !== undefined) throw new CloudRefusal(409, "conflict", `locked by ${this.lockedBy}`);
    this.lockedBy = user;
  }

  /** @throws CloudRefusal when somebody else holds it, or nobody does */
  unlock(user: string): void {
    if (this.lockedBy !== user) throw new CloudRefusal(409, "conflict", `not locked by ${user}`);
    this.lockedBy = undefined;
  }

  /** The state: the last version that was uploaded. */
  get current(): StateVersion | undefined {
    return this.#versions.findLast(({ state }) => state !== undefined);
  }

  /** How often state was written. */
  get writes(): number {
    return this.#versions.filter(({ state }) => state !== undefined).length;
  }

  version(id: string): StateVersion | undefined {
    return this.#versions.find((version) => version.id === id);
  }

  /**
   * Takes the place of the current state once it is uploaded.
   * @throws CloudRefusal without a lock, and for a state that does not follow the current one. The very same state
   * again follows: that is what an interrupted apply sends.
   */
  announce(next: NewStateVersion): StateVersion {
    if (this.lockedBy === undefined) throw new CloudRefusal(409, "conflict", "the workspace is not locked");
    const last = this.current?.announced;
    if (last !== undefined && next.force !== true) {
      if (next.lineage !== last.lineage) throw new CloudRefusal(409, "conflict", "the state has another lineage");
      if (next.serial < last.serial || (next.serial === last.serial && next.md5 !== last.md5)) {
        throw new CloudRefusal(409, "conflict", `serial ${next.serial} does not follow ${last.serial}`);
      }
    }
    const version = new StateVersion(next);
    this.#versions.push(version);
    return version;
  }
}

export class CloudWorkspaces {
  readonly #all = new Map<string, CloudWorkspace>();

  /** @throws CloudRefusal when there is one of that name */
  add(name: string, tags: readonly string[], mode: ExecutionMode): CloudWorkspace {
    if (this.#all.has(name)) throw new CloudRefusal(422, "invalid attribute", "Name has already been taken");
    const workspace = new CloudWorkspace(name, tags, mode);
    this.#all.set(name, workspace);
    return workspace;
  }

  find(name: string): CloudWorkspace | undefined {
    return this.#all.get(name);
  }

  /** Those that carry each of the tags. */
  tagged(tags: readonly string[]): readonly CloudWorkspace[] {
    return [...this.#all.values()].filter((workspace) => tags.every((tag) => workspace.tags.includes(tag)));
  }

  /** @throws CloudRefusal when there is none */
  named(name: string): CloudWorkspace {
    return found(this.find(name));
  }

  /** @throws CloudRefusal when there is none */
  withId(id: string): CloudWorkspace {
    return found([...this.#all.values()].find((workspace) => workspace.id === id));
  }

  /** @throws CloudRefusal when no workspace has it */
  version(id: string): StateVersion {
    return found([...this.#all.values()].map((workspace) => workspace.version(id)).find(Boolean));
  }
}
