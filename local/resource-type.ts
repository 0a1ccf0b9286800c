/** What there is to know of a resource type, and how what AWS computes is made up here. */
import { createHash } from "node:crypto";
import type { Origins } from "./template";

/** The account and region of every local ARN; no real account has that number. */
export const ACCOUNT_ID = "000000000000";
export const REGION = "us-east-1";

/** What a computed attribute is made from. */
export interface ComputeInput {
  readonly address: string;
  /** An argument, resolved. @throws LocalRunError when the stack does not set it */
  argument(name: string): string;
  readonly origins: Origins;
  /** SHA-256 of what a data.archive_file packs, as base64. */
  archiveHash(): string;
}

export type Compute = (input: ComputeInput) => unknown;

export interface ResourceType {
  readonly played: readonly string[];
  /** Arguments without an effect here, with the reason. */
  readonly withoutEffect?: Readonly<Record<string, string>>;
  readonly computed: Readonly<Record<string, Compute>>;
  /** What a reference to an argument gets here in place of what is written there. */
  readonly referenced?: Readonly<Record<string, Compute>>;
  /** Set where the whole type has no effect here: the reason. Its arguments are then not looked at. */
  readonly notPlayed?: string;
}

/** Arguments that only describe; they are passed over without a line. */
export const DESCRIPTIVE = ["tags", "tags_all", "description"] as const;

export const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;
/** Like the ids that AWS gives, but the same on every run. */
export const madeUpId = ({ address }: ComputeInput): string =>
  createHash("sha256").update(address).digest("hex").slice(0, 10);

export const name: Compute = ({ argument }) => argument("name");

export const AT_REST = "nothing is kept at rest here";
export const WHEN_APPLIED = "AWS checks it when the stack is applied";
export const DAYS = "nothing runs for days here";
export const withoutPlay = (notPlayed: string, computed: ResourceType["computed"]): ResourceType => ({
  played: [],
  notPlayed,
  computed,
});
