/**
 * The answer that an HTTP API makes of what a function returned, payload format 2.0. Pure. Source: API Gateway Developer
 * Guide, "Create AWS Lambda proxy integrations for HTTP APIs", response format.
 */
import { validateHeaderName, validateHeaderValue } from "node:http";
import type { Choices } from "./aws-assumptions";
import { isRecord } from "./terraform-json";

/** What a function returned is no answer. */
export class AnswerMalformed extends Error {
  override readonly name = "AnswerMalformed";
}

export interface FunctionAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/** The server's own to set. */
const OF_THE_CONNECTION = ["connection", "content-length", "date", "keep-alive", "transfer-encoding"];

/**
 * Without a status code, whatever the function returned is the body of a 200.
 * @throws AnswerMalformed
 */
export function functionAnswer(returned: unknown, choices: Choices): FunctionAnswer {
  if (!isRecord(returned) || returned.statusCode === undefined) {
    const body = Buffer.from(typeof returned === "string" ? returned : JSON.stringify(returned));
    return { status: 200, headers: { "content-type": "application/json" }, body };
  }
  const body = bodyOf(returned);
  const cookies = cookiesOf(returned.cookies);
  return {
    status: statusOf(returned.statusCode),
    headers: {
      ...(body.length > 0 && { "content-type": choices.answerContentType }),
      ...headersOf(returned.headers),
      ...(cookies.length > 0 && { "set-cookie": cookies }),
    },
    body,
  };
}

function statusOf(statusCode: unknown): number {
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new AnswerMalformed(`its statusCode is ${JSON.stringify(statusCode)}`);
  return status;
}

function bodyOf({ body = "", isBase64Encoded = false }: Readonly<Record<string, unknown>>): Buffer {
  if (body === null) return Buffer.alloc(0);
  if (typeof body !== "string") throw new AnswerMalformed(`its body is no text but ${typeof body}`);
  return Buffer.from(body, isBase64Encoded === true ? "base64" : "utf8");
}

function headersOf(headers: unknown): Record<string, string> {
  if (headers === undefined || headers === null) return {};
  if (!isRecord(headers)) throw new AnswerMalformed("its headers are no object");
  const named = Object.entries(headers).map(([name, value]): [string, string] => [name.toLowerCase(), String(value)]);
  for (const [name, value] of named) checkHeader(name, value);
  return Object.fromEntries(named.filter(([name]) => !OF_THE_CONNECTION.includes(name)));
}

function cookiesOf(cookies: unknown): string[] {
  if (cookies === undefined || cookies === null) return [];
  if (!Array.isArray(cookies)) throw new AnswerMalformed("its cookies are no list");
  const list = cookies.map(String);
  for (const cookie of list) checkHeader("set-cookie", cookie);
  return list;
}

function checkHeader(name: string, value: string): void {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    throw new AnswerMalformed(`its header ${JSON.stringify(name)} cannot be sent`);
  }
}
