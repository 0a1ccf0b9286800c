/** Sends a request as it is: fetch would tidy its path up. */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { MarkedRequest } from "./marked-request";
import type { Target } from "./target";

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Over the 30 s in which an HTTP API gives up itself. */
const ANSWER_MS = 35_000;

/** @throws the socket's own error when there was no answer */
export function send(target: Target, { method, path, headers, body }: MarkedRequest): Promise<Answer> {
  const request = target.isHttps ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing: ClientRequest = request(
      {
        hostname: target.hostname,
        port: target.port,
        method,
        path,
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, wireValue(value)])),
        // A connection each: what one probe does to its connection must not reach the next.
        agent: false,
      },
      (incoming) => answerOf(incoming).then(resolve, reject),
    );
    outgoing.setTimeout(ANSWER_MS, () => outgoing.destroy(new Error(`no answer within ${ANSWER_MS / 1_000} s`)));
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

function wireValue(value: string | readonly string[]): string | string[] {
  return typeof value === "string" ? value : [...value];
}

async function answerOf(incoming: IncomingMessage): Promise<Answer> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return {
    status: incoming.statusCode ?? 0,
    headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
    body: Buffer.concat(parts).toString("utf8"),
  };
}
