/** A plan as the summary reads it: whatever is sensitive is gone from it. */
import type { Value } from "./value";

export const ACTIONS = ["destroy", "replace", "update", "create", "forget", "move", "read", "none"] as const;
/** forget: Terraform no longer manages it, and AWS keeps it. move: only its address changes, or it is only imported. */
export type Action = (typeof ACTIONS)[number];

export interface Change {
  readonly address: string;
  /** Such as aws_sqs_queue. */
  readonly type: string;
  readonly action: Action;
  /** Undefined for what is created. */
  readonly before: Value | undefined;
  /** Undefined for what is destroyed. */
  readonly after: Value | undefined;
  /** Names of the attributes that an update changes, sorted. */
  readonly attributes: readonly string[];
  /** What forces the replacement: paths such as "hash_key", or Terraform's reason. */
  readonly because: readonly string[];
  /** The address until now, where only that changed or changes too. */
  readonly movedFrom: string | undefined;
  readonly isImported: boolean;
  /** Left over from a replacement that made the new one first. */
  readonly isDeposed: boolean;
}

export interface Plan {
  /** Of the stack, for a reader: the file's name, or that of its folder. */
  readonly name: string;
  readonly file: string;
  readonly terraformVersion: string;
  /** Terraform met an error and the plan lacks what comes after. */
  readonly hasErrors: boolean;
  /** In Terraform's order; managed resources only. */
  readonly changes: readonly Change[];
  /** Addresses of what was changed outside Terraform. */
  readonly drifted: readonly string[];
  /** Names of outputs that change. */
  readonly outputs: readonly string[];
}

/** Whether the thing that is there now will be gone. */
export function isLost({ action }: Change): boolean {
  return action === "destroy" || action === "replace";
}
