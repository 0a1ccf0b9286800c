/** Lambda's Invoke on the wire. Pure. Source: Lambda API, Invoke. */
import type { IncomingHttpHeaders } from "node:http";
import { AwsFault } from "./aws-fault";
import type { Outcome } from "./mapping-batch";
import type { HttpReply } from "./table";

export interface LambdaCall {
  readonly functionName: string;
  readonly event: unknown;
}

/** @throws AwsFault for another call of Lambda's API, or a payload that is not JSON */
export function readInvoke(request: {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}): LambdaCall {
  const [, name] = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(\?|$)/.exec(request.url) ?? [];
  const type = request.headers["x-amz-invocation-type"] ?? "RequestResponse";
  if (request.method !== "POST" || name === undefined || type !== "RequestResponse")
    throw new AwsFault(
      "UnknownOperationException",
      `Of Lambda's API the local run plays Invoke of the type RequestResponse, not ${request.method} ${request.url} of the type ${String(type)}.`,
    );
  // A name, or an ARN whose last part it is.
  const functionName = decodeURIComponent(name).split(":").at(-1) ?? "";
  return { functionName, event: payloadOf(request.body) };
}

function payloadOf(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    throw new AwsFault("InvalidRequestContentException", "Could not parse request body into json.");
  }
}

/** @throws AwsFault when it was not invoked at all */
export function invokeReply(outcome: Outcome): HttpReply {
  if (outcome.kind === "throttled") throw new AwsFault("TooManyRequestsException", "Rate Exceeded.", { status: 429 });
  if (outcome.kind === "answered") return reply(outcome.response ?? null, {});
  const [, errorType = "Error", errorMessage = ""] = /^([^:]*): (.*)$/s.exec(outcome.reason) ?? [];
  return reply({ errorType, errorMessage }, { "x-amz-function-error": "Unhandled" });
}

function reply(payload: unknown, headers: Readonly<Record<string, string>>): HttpReply {
  const body = Buffer.from(JSON.stringify(payload));
  return {
    status: 200,
    headers: {
      "content-type": "application/json",
      "content-length": String(body.length),
      "x-amz-executed-version": "$LATEST",
      ...headers,
    },
    body,
  };
}
