import type { Logger } from "@aws-lambda-powertools/logger";
import type { AttributedMessage, ParsedMessage } from "../event/parsed-message";
import { unverifiedSource } from "../event/source";
import { key } from "../event/webhook-event";
import { StdoutLogger } from "../stdout-logger";
import { recordKey } from "../stores/event-store";
import type { Decision, Stage } from "./decision";

/** Says where a message has got to. */
export type LogStage = (message: ParsedMessage | AttributedMessage, decision: Decision) => void;

const SENTENCE: Readonly<Record<Stage, string>> = {
  stored: "Stored",
  duplicate: "Duplicate, stored before with the same content",
  conflict: "Conflict, recorded; the stored event was left as it is",
  filtered: "Filtered, its source does not want events of this type",
  rejected: "Rejected and recorded, not an event",
  failed: "Failed and recorded, cannot be stored",
  returned: "Returned to the queue",
};
const COUNTED_ONLY = "Rejected and counted, not recorded: its source's bound for the minute is reached";
const LEVEL = {
  stored: "info",
  duplicate: "info",
  conflict: "warn",
  filtered: "info",
  rejected: "warn",
  failed: "error",
  returned: "warn",
} as const satisfies Record<Stage, string>;

/**
 * One JSON line per message and stage, without bodies and header values.
 * @param sourceNames of the settings: a line has no other for its source, since those are strangers' choice, and no metric
 *   may have them for a dimension
 */
export function stageLog(
  sourceNames: readonly string[] = [],
  logger: Pick<Logger, "info" | "warn" | "error"> = new StdoutLogger(),
): LogStage {
  return (message, { stage, reason, detail, alreadyStored, countedOnly }) => {
    const sentence = countedOnly ? COUNTED_ONLY : SENTENCE[stage];
    logger[LEVEL[stage]](detail === undefined ? sentence : `${sentence}: ${detail}`, {
      stage,
      ...names(message),
      ...sourceOf(message, sourceNames),
      ...(reason === undefined ? {} : { reason }),
      ...(alreadyStored === undefined ? {} : { alreadyStored }),
      ...(countedOnly === undefined ? {} : { countedOnly }),
    });
  };
}

function names(message: ParsedMessage | AttributedMessage) {
  if (message.kind !== "rejection") {
    const { requestId, messageId, unverified, identityMissing } = message.event;
    return {
      key: key(message.event),
      requestId,
      messageId,
      ...(unverified === undefined ? {} : { unverified }),
      ...(identityMissing === undefined ? {} : { identityMissing }),
    };
  }
  const { request, messageId } = message.rejection;
  const requestId = request === undefined ? {} : { requestId: request.requestId };
  return {
    key: recordKey({ state: "rejected", messageId, ...requestId }),
    ...requestId,
    messageId,
  };
}

function sourceOf(message: ParsedMessage | AttributedMessage, sourceNames: readonly string[]) {
  const source = message.kind === "rejection" ? message.rejection.source : message.event.source;
  const name = sourceNames.find(
    (each) => each === source || (source !== undefined && unverifiedSource({ name: each }) === source),
  );
  return name === undefined ? {} : { source: name };
}
