import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { GREETING_METHODS, greeting } from "../event/greeting";

/** A request as the publisher puts it onto the queue. */
export interface PublishedRequest {
  readonly requestId: string;
  /** When the API received it. Milliseconds since the epoch. */
  readonly epochMs: number;
  /** The same as events have it. ISO 8601, UTC, with milliseconds. */
  readonly receivedAt: string;
  readonly sourceIp: string;
  readonly method: string;
  readonly path: string;
  /** Raw, without the `?`. */
  readonly query: string;
  /** Names in lower case; of a header that came more than once the values are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Reads an HTTP API's event of payload format 2.0. */
export function requestOf(event: APIGatewayProxyEventV2): PublishedRequest {
  const { requestContext, rawPath, rawQueryString, headers, cookies, body = "", isBase64Encoded } = event;
  const { method, sourceIp } = requestContext.http;
  const path = asTrustedPath(rawPath);
  const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
  const isGreeting = bytes.byteLength === 0 && GREETING_METHODS.includes(method);
  return {
    requestId: requestContext.requestId,
    epochMs: requestContext.timeEpoch,
    receivedAt: new Date(requestContext.timeEpoch).toISOString(),
    sourceIp,
    method,
    path,
    query: rawQueryString,
    headers: { ...present(headers), ...(cookies === undefined ? {} : { cookie: cookies.join("; ") }) },
    body: isGreeting ? Buffer.from(greeting(path)) : bytes,
  };
}

/** What neither the trusted attribute nor SQS takes in a path, percent-encoded; everything else as API Gateway gave it. */
function asTrustedPath(rawPath: string): string {
  // Half a surrogate pair is no text; a Buffer makes it U+FFFD.
  const path = Buffer.from(rawPath).toString();
  return path.replace(/[\u0000-\u001f\u007f\ufffe\uffff]/g, encodeURIComponent);
}

function present(headers: APIGatewayProxyEventV2["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), value]])),
  );
}
