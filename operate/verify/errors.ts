/** Every message that somebody who probes a stack sees before there is a result. Usage faults: exit code 2, no stack trace. */
import { type MessageParts, messageOf, UsageError } from "../usage-error";

const USAGE_EXIT_CODE = 2;

export class VerifyError extends UsageError {
  override readonly name = "VerifyError";
  readonly exitCode = USAGE_EXIT_CODE;
}

const verifyError = (code: string, parts: MessageParts): VerifyError =>
  new VerifyError(code, messageOf(code, parts), parts);

/** A host with several addresses gives an error without a message of its own. */
function because(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.message || ("code" in cause ? String(cause.code) : cause.name);
}

export const urlInvalid = (text: string): VerifyError =>
  verifyError("VERIFY_URL_INVALID", {
    what: `"${text}" is not a URL`,
    rule: "The probes go to an HTTP API: http:// or https:// and its host.",
    remedy: "Give the stack's output url, such as https://abc123.execute-api.eu-central-1.amazonaws.com",
  });

export const addressPath = (text: string, origin: string): VerifyError =>
  verifyError("VERIFY_URL_PATH", {
    what: `${text} has a path or a query`,
    rule: "Each probe has a path of its own, below the API's root.",
    remedy: `Give ${origin}`,
  });

export const unreachable = (origin: string, cause: unknown): VerifyError =>
  verifyError("VERIFY_UNREACHABLE", {
    what: `${origin} cannot be reached: ${because(cause)}`,
    rule: "The first probe got no answer; nothing else was sent.",
    remedy: "Check the URL, and that the stack is deployed (or, for a local run, started).",
    cause,
  });

export const ingressUnknown = (origin: string, sees: string): VerifyError =>
  verifyError("VERIFY_INGRESS_UNKNOWN", {
    what: `${origin} does not answer an ordinary POST like this stack: ${sees}`,
    rule: "Direct ingress answers with SQS's XML, lambda ingress with JSON that has an event id. Nothing else was sent.",
    remedy: "Check the URL; if it is the stack's, say which it is: --ingress direct or --ingress lambda",
  });

export const notConfirmed = (origin: string, requests: number): VerifyError =>
  verifyError("VERIFY_NOT_CONFIRMED", {
    what: `Nothing was sent to ${origin}`,
    rule: `The ${requests} probes become events of that stack, so they want a yes.`,
    remedy: "Answer y, or give --yes where nobody can answer.",
  });

export const tableUnreadable = (tableName: string, cause: unknown): VerifyError =>
  verifyError("VERIFY_TABLE_UNREADABLE", {
    what: `The table "${tableName}" cannot be read: ${cause instanceof Error ? `${cause.name}: ` : ""}${because(cause)}`,
    rule: "It is read with the credentials and the region of the environment, and needs dynamodb:BatchGetItem.",
    remedy: "Check --table (the output events_table_name), --region and the credentials; or leave --table out.",
    cause,
  });

export const ingressOther = (origin: string, stated: string, answered: string): VerifyError =>
  verifyError("VERIFY_INGRESS_OTHER", {
    what: `${origin} answered as a stack with ${answered} ingress does, not with ${stated}`,
    rule: "What the local run assumes is compared for one ingress; only the first probe was sent.",
    remedy: `Leave --ingress out, or give --ingress ${answered}.`,
  });
