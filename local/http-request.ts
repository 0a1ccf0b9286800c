/** A request as the gateway sees it, before any route is looked at. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** API Gateway quotas, HTTP API, payload size: 10 MB, not adjustable. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** API Gateway quotas, HTTP API: request line and header values together. */
const MAX_HEADER_BYTES = 10_240;

/** The body is larger than the API takes. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
}
/** The sender closed the connection in the middle of its request. */
export class SenderGone extends Error {
  override readonly name = "SenderGone";
}

/** An id in the form of API Gateway's, such as "JKJaXmPLvHcESHA=". */
export function newRequestId(): string {
  return `${randomBytes(11).toString("base64url")}=`;
}

/** The path as it was sent, without the query. */
export function pathOf({ url = "/" }: IncomingMessage): string {
  const target = url.startsWith("/") ? url : `/${url.replace(/^https?:\/\/[^/]*\/?/, "")}`;
  const end = target.search(/[?#]/);
  return end < 0 ? target : target.slice(0, end);
}

/** The query as it was sent, without the question mark; empty without one. */
export function queryOf({ url = "/" }: IncomingMessage): string {
  const [, query = ""] = /^[^?#]*\?([^#]*)/.exec(url) ?? [];
  return query;
}

/** By lower-case name; several of a name joined with a comma, as API Gateway documents it. */
export function headersOf({ rawHeaders }: IncomingMessage): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    const value = rawHeaders[index + 1] ?? "";
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}

export function hasTooLargeHeaders(
  { method = "", url = "" }: IncomingMessage,
  headers: ReadonlyMap<string, string>,
): boolean {
  let bytes = method.length + url.length;
  for (const value of headers.values()) bytes += value.length;
  return bytes > MAX_HEADER_BYTES;
}

/**
 * @throws BodyTooLarge as soon as it is known
 * @throws SenderGone
 */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) {
      reject(new BodyTooLarge());
      return;
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) reject(new BodyTooLarge());
      else chunks.push(chunk);
    });
    request.once("end", () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.once("error", () => reject(new SenderGone()));
    request.once("close", () => reject(new SenderGone()));
  });
}
