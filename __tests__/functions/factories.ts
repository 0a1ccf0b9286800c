import { setMaxListeners } from "node:events";
import type { APIGatewayProxyEventV2, SQSRecord } from "aws-lambda";
import type { Consumer } from "../../functions/consume/consume";
import type { HeaderSets } from "../../functions/environment";
import { sourceOf } from "../../functions/event/identity";
import type { WebhookEvent } from "../../functions/event/webhook-event";

export const HEADER_SETS: HeaderSets = {
  default: ["content-type", "user-agent", "x-github-delivery"],
  github: ["content-type", "user-agent", "x-github-event", "x-github-delivery", "x-hub-signature-256"],
};
export const LAMBDA_RULES = { ingress: "lambda", headerSets: {} } as const;
export const RULES = { ingress: "direct", headerSets: HEADER_SETS } as const;

/** What a consumer has beside its store, when it has no sources and no bound. */
export const WITHOUT_SOURCES = {
  judge: () => Promise.reject(new Error("there is no source to judge about")),
  rejectedBound: { admit: async (records) => new Set(records) },
} satisfies Pick<Consumer, "judge" | "rejectedBound">;

interface DirectMessage {
  readonly requestId?: string;
  readonly messageId?: string;
  readonly headerSet?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
  readonly body?: string;
  readonly receiveCount?: number;
  /** Replaces attributes; `undefined` takes one away. */
  readonly attributes?: Readonly<Record<string, string | undefined>>;
}

/** A message as the direct ingress puts it onto the queue. */
export function directRecord(message: DirectMessage = {}): SQSRecord {
  const { requestId = "JKJaXmPLvHcESHA=", headerSet = "default", headers = {}, path = "/hello" } = message;
  const lines = (HEADER_SETS[headerSet] ?? []).map((name) => headers[name] ?? "");
  const values: Record<string, string | undefined> = {
    trusted: `direct ${headerSet} ${requestId} 1700000000123 203.0.113.7 POST ${path}`,
    headers: `-${lines.join("\n")}`,
    end: requestId,
    ...message.attributes,
  };
  const present = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return sqsRecord({
    ...message,
    messageAttributes: Object.fromEntries(present.map(([name, value]) => [name, stringAttribute(value)])),
  });
}

/** A message as the publisher puts it onto the queue. */
export function publisherRecord({
  requestId = "JKJaXmPLvHcESHA=",
  path = "/hello",
  trusted = `publisher all ${requestId} 1700000000123 203.0.113.7 POST ${path}`,
  envelope = { query: "a=1&a=2", headers: { "content-type": "text/plain" }, encoding: "utf8", body: "hello" },
  ...given
}: {
  readonly requestId?: string;
  readonly path?: string;
  readonly trusted?: string;
  readonly envelope?: unknown;
  readonly messageId?: string;
  readonly receiveCount?: number;
} = {}): SQSRecord {
  const body = typeof envelope === "string" ? envelope : JSON.stringify(envelope);
  return sqsRecord({ ...given, body, messageAttributes: { trusted: stringAttribute(trusted) } });
}

/** A request as an HTTP API hands it to a function, payload format 2.0. */
export function httpRequest({
  method = "POST",
  path = "/hello",
  query = "",
  requestId = "JKJaXmPLvHcESHA=",
  sourceIp = "203.0.113.7",
  headers = { "content-type": "application/json" },
  ...given
}: Partial<Pick<APIGatewayProxyEventV2, "headers" | "cookies" | "isBase64Encoded">> & {
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly requestId?: string;
  readonly sourceIp?: string;
  readonly body?: string;
} = {}): APIGatewayProxyEventV2 {
  const http = { method, path, protocol: "HTTP/1.1", sourceIp, userAgent: "" };
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query,
    headers,
    isBase64Encoded: false,
    requestContext: {
      accountId: "000000000000",
      apiId: "api",
      domainName: "localhost",
      domainPrefix: "localhost",
      http,
      requestId,
      routeKey: "$default",
      stage: "$default",
      time: "14/Nov/2023:22:13:20 +0000",
      timeEpoch: 1_700_000_000_123,
    },
    ...given,
  };
}

/** A message as Lambda hands it to a function. */
export function sqsRecord({
  messageId = "message-1",
  body = '{"zen":"Half measures are as bad as nothing at all."}',
  receiveCount = 1,
  messageAttributes = {},
}: Partial<Pick<SQSRecord, "messageId" | "body" | "messageAttributes">> & { receiveCount?: number }): SQSRecord {
  return {
    messageId,
    receiptHandle: "receipt",
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: "1700000000456",
      SenderId: "sender",
      ApproximateFirstReceiveTimestamp: "1700000000500",
    },
    messageAttributes,
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:events",
    awsRegion: "us-east-1",
  };
}

export function stringAttribute(stringValue: string): SQSRecord["messageAttributes"][string] {
  return { stringValue, dataType: "String" };
}

/** An event of source "github" that differs from the next only in what is given. */
export function webhookEvent({
  body = "{}",
  path = "/github",
  ...given
}: Partial<Omit<WebhookEvent, "body">> & { readonly body?: string | Uint8Array } = {}): WebhookEvent {
  return {
    source: sourceOf(path),
    eventId: "delivery-1",
    requestId: "request-1",
    messageId: "message-1",
    receivedAt: "2023-11-14T22:13:20.123Z",
    method: "POST",
    path,
    sourceIp: "203.0.113.7",
    headers: { "content-type": "application/json" },
    body: Buffer.from(body),
    ...given,
  };
}

/** A signal that never comes, for as many calls as there may be. */
export function patientSignal(): AbortSignal {
  const { signal } = new AbortController();
  setMaxListeners(Number.POSITIVE_INFINITY, signal);
  return signal;
}
