import type { Logger } from "@aws-lambda-powertools/logger";
import type { ParsedMessage } from "../event/parsed-message";
import { key } from "../event/webhook-event";
import { StdoutLogger } from "../stdout-logger";
import { recordKey } from "../stores/event-store";
import type { Decision, Stage } from "./decision";

/** Says where a message has got to. */
export type LogStage = (message: ParsedMessage, decision: Decision) => void;

const SENTENCE: Readonly<Record<Stage, string>> = {
  stored: "Stored",
  duplicate: "Duplicate, stored before with the same content",
  conflict: "Conflict, recorded; the stored event was left as it is",
  rejected: "Rejected and recorded, not an event",
  failed: "Failed and recorded, cannot be stored",
  returned: "Returned to the queue",
};
const LEVEL = {
  stored: "info",
  duplicate: "info",
  conflict: "warn",
  rejected: "warn",
  failed: "error",
  returned: "warn",
} as const satisfies Record<Stage, string>;

/** One JSON line per message and stage, without bodies and header values. */
export function stageLog(logger: Pick<Logger, "info" | "warn" | "error"> = new StdoutLogger()): LogStage {
  return (message, { stage, reason, detail, alreadyStored }) => {
    logger[LEVEL[stage]](detail === undefined ? SENTENCE[stage] : `${SENTENCE[stage]}: ${detail}`, {
      stage,
      ...names(message),
      ...(reason === undefined ? {} : { reason }),
      ...(alreadyStored === undefined ? {} : { alreadyStored }),
    });
  };
}

function names(message: ParsedMessage) {
  if (message.kind !== "rejection") {
    const { requestId, messageId } = message.event;
    return { key: key(message.event), requestId, messageId };
  }
  const { request, messageId } = message.rejection;
  const requestId = request === undefined ? {} : { requestId: request.requestId };
  return { key: recordKey({ state: "rejected", messageId, ...requestId }), ...requestId, messageId };
}
