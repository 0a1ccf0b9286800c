/**
 * The mapping from a request to a message for direct ingress, as API Gateway sees it (a single dollar before a brace).
 * The consumer's side of it is functions/event/; docs/decisions/0003 gives the reasons.
 */
import { type HeaderSetName, headersOf } from "./header-sets";

/** Written as JSON in the mapping and again at both ends, so that a header that closes the string shows itself. */
const REQUEST_ID = "${context.requestId}";

/** Form, header set and what only API Gateway knows, one space between. */
function trusted(set: HeaderSetName): string {
  return [
    "direct",
    set,
    REQUEST_ID,
    "${context.requestTimeEpoch}",
    "${context.identity.sourceIp}",
    "${context.httpMethod}",
    "${context.path}",
  ].join(" ");
}

/** The values of the set's headers, a line each, and the request id as the last line. */
function headers(set: HeaderSetName): string {
  return [...headersOf(set).map((name) => `\${request.header.${name}}`), REQUEST_ID].join("\n");
}

const text = (value: string) => ({ DataType: "String", StringValue: value });

/** Value of the request parameter MessageAttributes. */
export function messageAttributes(set: HeaderSetName): string {
  return JSON.stringify({ trusted: text(trusted(set)), headers: text(headers(set)) });
}

/** Value of MessageBody where the request has a body: the bytes as they came. */
export const BODY = "$request.body";
/** Value of MessageBody for methods without a body: SQS takes no empty message. */
export const GREETING = "hello from ${context.path}";

/** For Terraform JSON, where `${` starts Terraform's own interpolation. */
export function escapeForTerraform(mapping: string): string {
  return mapping.split("${").join("$${");
}
