import type { SQSRecord } from "aws-lambda";
import { parseDirectMessage } from "./direct-message";
import type { MessageRules, ParsedMessage } from "./parsed-message";
import { parsePublisherMessage } from "./publisher-message";
import { parseTrusted } from "./trusted";

/**
 * Parses a message of either ingress. Its form is what its attribute `trusted` says, which only the ingress writes;
 * where nothing known stands there, the stack's own: then the rejection says what is wrong with it. Never throws.
 */
export function parseMessage(record: SQSRecord, rules: MessageRules): ParsedMessage {
  const form = parseTrusted(record.messageAttributes?.trusted?.stringValue ?? "")?.form;
  const isPublisher = form === "publisher" || (form !== "direct" && rules.ingress === "lambda");
  return isPublisher ? parsePublisherMessage(record, rules) : parseDirectMessage(record, rules);
}
