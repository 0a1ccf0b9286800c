/** A version of a workspace's state: announced first, then uploaded. */

import { createHash, randomUUID } from "node:crypto";
import { CloudRefusal } from "./cloud-refusal";

export interface NewStateVersion {
  readonly serial: number;
  readonly lineage: string;
  /** In hexadecimal digits, of the bytes that will be uploaded. */
  readonly md5: string;
  readonly force?: boolean;
}

export interface StateOutput {
  readonly id: string;
  readonly name: string;
  readonly value: unknown;
  readonly type: unknown;
  readonly sensitive: boolean;
}

export class StateVersion {
  readonly id = `sv-${randomUUID()}`;
  /** Undefined until it is uploaded: a version without its bytes is nobody's state. */
  state: Buffer | undefined;

  constructor(readonly announced: NewStateVersion) {}

  get outputs(): readonly StateOutput[] {
    const { outputs = {} } = JSON.parse(String(this.state ?? "{}")) as {
      outputs?: Record<string, { value: unknown; type: unknown; sensitive?: boolean }>;
    };
    return Object.entries(outputs).map(([name, { value, type, sensitive = false }]) => ({
      id: `${this.id}.${name}`,
      name,
      value,
      type,
      sensitive,
    }));
  }
}

/** @throws CloudRefusal for other bytes than were announced, and for a second upload */
export function upload(version: StateVersion, bytes: Buffer): void {
  if (version.state !== undefined) throw new CloudRefusal(409, "conflict", "uploaded already");
  const md5 = createHash("md5").update(bytes).digest("hex");
  if (md5 !== version.announced.md5) throw new CloudRefusal(400, "bad request", "the MD5 is not the announced one");
  version.state = bytes;
}
