/** Every message that somebody who replays sees instead of a result. Usage faults: exit code 2, no stack trace. */
import { SecretsUnavailable } from "../../functions/secrets/secrets-unavailable";
import { SourceUnusable } from "../../functions/secrets/source-unusable";
import { SinkUnavailable } from "../../functions/stores/event-store";
import { type MessageParts, messageOf, UsageError } from "../usage-error";

const USAGE_EXIT_CODE = 2;

export class ReplayError extends UsageError {
  override readonly name = "ReplayError";
  readonly exitCode = USAGE_EXIT_CODE;
}

const replayError = (code: string, parts: MessageParts): ReplayError =>
  new ReplayError(code, messageOf(code, parts), parts);

const list = (names: readonly string[]): string => names.join(", ") || "none";

export const sourceUnknown = (name: string, environment: string, known: readonly string[]): ReplayError =>
  replayError("REPLAY_SOURCE_UNKNOWN", {
    what: `Environment "${environment}" has no source "${name}"`,
    rule: `Its sources are: ${list(known)}. What their signatures were rejected for is found by their names.`,
    remedy: "Give --source one of them, or leave it out.",
  });

export const noSources = (environment: string): ReplayError =>
  replayError("REPLAY_NO_SOURCES", {
    what: `Environment "${environment}" has no sources`,
    rule: "Only what a source has rejected for its signature can be verified again.",
    remedy: "Choose another with --environment, or set its sources in environments.ts.",
  });

export const tableUnusable = (tableName: string, cause: unknown): ReplayError =>
  replayError("REPLAY_TABLE_UNUSABLE", {
    what: `The table "${tableName}" cannot be used: ${because(cause)}`,
    rule: "It needs dynamodb:Query on its index, and BatchGetItem, GetItem, PutItem and DeleteItem on the table.",
    remedy: "Check --environment, the credentials and the region; then run it again: it goes on where it was.",
    cause,
  });

/** A fault of what was asked on the way, in words for whoever runs the command; a mistake of ours stays as it is. */
export function toReplayError(fault: unknown): unknown {
  if (fault instanceof SecretsUnavailable || fault instanceof SourceUnusable)
    return replayError("REPLAY_CANNOT_VERIFY", {
      what: fault.message.split("\n")[0] ?? fault.message,
      rule: `It is read with your own credentials, which need ssm:GetParameter or secretsmanager:GetSecretValue (${fault.code}).`,
      remedy: "Mend it, or leave that source out with --source; then run it again: it goes on where it was.",
      cause: fault,
    });
  if (fault instanceof SinkUnavailable)
    return replayError("REPLAY_NOT_STORED", {
      what: fault.message.split("\n")[0] ?? fault.message,
      rule: "What was stored until then stays stored; nothing was lost.",
      remedy: "When it is mended run it again: it goes on where it was.",
      cause: fault,
    });
  return fault;
}

function because(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return `${cause.name}: ${cause.message || ("code" in cause ? String(cause.code) : "")}`;
}
