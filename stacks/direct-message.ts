/**
 * The mapping from a request to a message for direct ingress, as API Gateway sees it (a single dollar before a brace).
 * The consumer's side of it is functions/event/; docs/decisions/0003 gives the reasons.
 */
import type { HeaderSet } from "./header-sets";

/** Stands on both sides of what a sender chooses, so that a header that closes its string shows itself. */
const REQUEST_ID = "${context.requestId}";

/** Form, header set and what only API Gateway knows, one space between. */
function trusted({ name }: HeaderSet): string {
  return [
    "direct",
    name,
    REQUEST_ID,
    "${context.requestTimeEpoch}",
    "${context.identity.sourceIp}",
    "${context.httpMethod}",
    "${context.path}",
  ].join(" ");
}

/**
 * The values of the set's headers, a line each. A constant character stands before them: SQS refuses an empty value,
 * and a request may have none of the headers.
 */
function headers({ headers }: HeaderSet): string {
  return `-${headers.map((name) => `\${request.header.${name}}`).join("\n")}`;
}

const text = (value: string) => ({ DataType: "String", StringValue: value });

/**
 * Value of the request parameter MessageAttributes. What a sender chooses stands in the middle, the request id on both
 * sides of it, in attributes of their own: whoever writes into the middle cannot reach both.
 */
export function messageAttributes(set: HeaderSet): string {
  return JSON.stringify({ trusted: text(trusted(set)), headers: text(headers(set)), end: text(REQUEST_ID) });
}

/** Value of MessageBody where the request has a body: the bytes as they came. */
export const BODY = "$request.body";
/** Value of MessageBody for methods without a body: SQS takes no empty message. */
export const GREETING = "hello from ${context.path}";

/** For Terraform JSON, where `${` starts Terraform's own interpolation. */
export function escapeForTerraform(mapping: string): string {
  return mapping.split("${").join("$${");
}
