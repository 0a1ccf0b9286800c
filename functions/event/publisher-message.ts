import type { SQSRecord } from "aws-lambda";
import { unclaimedAttribution } from "./attribution";
import { inflightKey } from "./claim";
import { decodeEnvelope } from "./envelope";
import { sourceOf } from "./identity";
import type { MessageRules, ParsedMessage } from "./parsed-message";
import { type RejectionCode, rejectionOf } from "./rejection";
import { ALL_HEADERS, parseTrusted, requestFacts } from "./trusted";

/**
 * Parses a message of the publisher: one attribute, `trusted`, and an envelope as its body. Only the publisher may send
 * to the queue in a stack of lambda ingress, so what its attribute says is believed there. Never throws.
 */
export function parsePublisherMessage(record: SQSRecord, rules: MessageRules): ParsedMessage {
  const attributes = record.messageAttributes ?? {};
  const names = Object.keys(attributes);
  const trusted = parseTrusted(attributes.trusted?.stringValue ?? "");
  const isOurs = trusted?.form === "publisher" && rules.ingress === "lambda" && names.length === 1;

  const reject = (code: RejectionCode, detail: string): ParsedMessage => ({
    kind: "rejection",
    rejection: rejectionOf(record, {
      code,
      detail,
      ...(isOurs ? { request: requestFacts(trusted), source: sourceOf(trusted.path) } : {}),
    }),
  });

  if (names.length !== 1 || names[0] !== "trusted") {
    return reject("ATTRIBUTES_UNEXPECTED", `it has ${names.length} attributes, not exactly "trusted"`);
  }
  if (attributes.trusted?.dataType !== "String" || typeof attributes.trusted.stringValue !== "string") {
    return reject("ATTRIBUTE_NOT_STRING", 'its attribute "trusted" is not a String');
  }
  if (trusted === undefined) {
    return reject("TRUSTED_MALFORMED", 'its attribute "trusted" is not "form set requestId time sourceIp method path"');
  }
  if (trusted.form !== "publisher" || rules.ingress !== "lambda") {
    return reject("FORM_UNEXPECTED", `its form is "${trusted.form}", the stack's ingress is "${rules.ingress}"`);
  }
  if (trusted.headerSet !== ALL_HEADERS) {
    return reject("HEADER_SET_UNKNOWN", `its header set is "${trusted.headerSet}", known is ${ALL_HEADERS}`);
  }
  const envelope = decodeEnvelope(record.body ?? "");
  if (envelope === undefined) return reject("ENVELOPE_MALFORMED", "its body is not an envelope of the publisher");

  const { query, headers, content, event } = envelope;
  const request = { ...requestFacts(trusted), query, headers };
  // Without it, no source claims the path; or the publisher was one of the time before there were sources.
  const attribution = event ?? unclaimedAttribution(request, []);
  const head = { ...request, ...attribution, messageId: record.messageId };
  if (content instanceof Uint8Array) return { kind: "event", event: { ...head, body: content } };
  // Never another request's object, whatever the envelope says.
  const key = inflightKey(trusted.requestId);
  if (content.key !== key) {
    return reject("ENVELOPE_MALFORMED", `its claim check is for "${content.key}", its request's own is "${key}"`);
  }
  return { kind: "claim", event: { ...head, inflightKey: key }, claim: content };
}
