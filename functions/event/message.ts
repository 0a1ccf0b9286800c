import type { SQSRecord } from "aws-lambda";
import { parseDirectMessage } from "./direct-message";
import type { MessageRules, ParsedMessage } from "./parsed-message";
import { parsePublisherMessage } from "./publisher-message";
import { parseTrusted } from "./trusted";

/**
 * Parses a message of either ingress. Its form is what its attribute `trusted` says, which only the ingress writes;
 * where nothing readable stands there, the stack's own form: then the rejection says what is missing. Never throws.
 */
export function parseMessage(record: SQSRecord, rules: MessageRules): ParsedMessage {
  const form = parseTrusted(record.messageAttributes?.trusted?.stringValue ?? "")?.form;
  const isPublisher = form === undefined ? rules.ingress === "lambda" : form === "publisher";
  return isPublisher ? parsePublisherMessage(record, rules) : parseDirectMessage(record, rules);
}
