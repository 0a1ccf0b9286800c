import type { SQSRecord } from "aws-lambda";
import { claimedAttribution, unclaimedAttribution } from "./attribution";
import type { MessageRules, ParsedMessage } from "./parsed-message";
import { type RejectionCode, rejectionOf } from "./rejection";
import { type Source, sourceOf, unclaimedSource } from "./source";
import { parseTrusted, requestFacts } from "./trusted";

const ATTRIBUTE_NAMES = ["trusted", "headers", "end"];
/** Stands before the headers, since SQS takes no empty value. */
const HEADERS_BEGIN = "-";

/**
 * Parses a message that the API put onto the queue itself. Its body is always the sender's raw body, whatever it looks
 * like. The request id stands in `trusted` and in `end`, on both sides of what a sender chooses, so that a header value
 * that breaks out of its string cannot replace both: see docs/decisions/0003. Never throws.
 */
export function parseDirectMessage(record: SQSRecord, rules: MessageRules): ParsedMessage {
  const attributes = record.messageAttributes ?? {};
  const names = Object.keys(attributes);
  const headersValue = attributes.headers?.stringValue ?? "";
  const trusted = parseTrusted(attributes.trusted?.stringValue ?? "");
  const { sources = [] } = rules;
  const endsAgree = trusted !== undefined && attributes.end?.stringValue === trusted.requestId;

  const reject = (code: RejectionCode, detail: string): ParsedMessage => ({
    kind: "rejection",
    rejection: rejectionOf(record, {
      code,
      detail,
      ...(endsAgree ? { request: requestFacts(trusted), source: nameOf(trusted.path, sources) } : {}),
    }),
  });

  if (names.length !== ATTRIBUTE_NAMES.length || ATTRIBUTE_NAMES.some((name) => !names.includes(name))) {
    return reject(
      "ATTRIBUTES_UNEXPECTED",
      `it has ${names.length} attributes, not exactly ${ATTRIBUTE_NAMES.join(", ")}`,
    );
  }
  for (const name of ATTRIBUTE_NAMES) {
    if (attributes[name]?.dataType !== "String" || typeof attributes[name].stringValue !== "string") {
      return reject("ATTRIBUTE_NOT_STRING", `its attribute "${name}" is not a String`);
    }
  }
  if (trusted === undefined) {
    return reject("TRUSTED_MALFORMED", 'its attribute "trusted" is not "form set requestId time sourceIp method path"');
  }
  if (trusted.form !== "direct" || rules.ingress !== "direct") {
    return reject("FORM_UNEXPECTED", `its form is "${trusted.form}", the stack's ingress is "${rules.ingress}"`);
  }
  if (!endsAgree) {
    return reject("REQUEST_ID_MISMATCH", `"end" is not the request id of "trusted", ${trusted.requestId}`);
  }
  const headerNames = Object.hasOwn(rules.headerSets, trusted.headerSet)
    ? rules.headerSets[trusted.headerSet]
    : undefined;
  if (headerNames === undefined) {
    const known = Object.keys(rules.headerSets).join(", ");
    return reject("HEADER_SET_UNKNOWN", `its header set is "${trusted.headerSet}", known are ${known}`);
  }
  const lines = headersValue.slice(HEADERS_BEGIN.length).split("\n");
  if (!headersValue.startsWith(HEADERS_BEGIN) || lines.length !== headerNames.length) {
    const expected = `${headerNames.length} of header set "${trusted.headerSet}"`;
    return reject("HEADER_LINES_MISCOUNTED", `"headers" has ${lines.length} lines, not the ${expected}`);
  }
  if (rules.allowsSourceIp?.(trusted.sourceIp, trusted.path) === false) {
    return reject("SOURCE_IP_NOT_ALLOWED", `it is from ${trusted.sourceIp}, which no block of allowedCidrs has`);
  }
  const source = sourceOf(trusted.path, sources);
  if (source === undefined && rules.unmatched === "reject") {
    return reject("PATH_UNMATCHED", "no source claims its path");
  }

  const headers = Object.fromEntries(
    headerNames.map((name, line) => [name, lines[line] ?? ""] as const).filter(([, value]) => value !== ""),
  );
  const request = { ...requestFacts(trusted), headers, body: Buffer.from(record.body ?? "") };
  const { messageId } = record;
  if (source === undefined) {
    return { kind: "event", event: { ...request, ...unclaimedAttribution(request, sources), messageId } };
  }
  return { kind: "signed", event: { ...request, ...claimedAttribution(request, source), messageId }, source };
}

function nameOf(path: string, sources: readonly Source[]): string {
  return sourceOf(path, sources)?.name ?? unclaimedSource(path, sources);
}
