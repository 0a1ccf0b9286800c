/**
 * The event that an HTTP API makes of a request for a function: payload format 2.0. Pure. Source: API Gateway Developer
 * Guide, "Create AWS Lambda proxy integrations for HTTP APIs".
 */
import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import type { Choices } from "./aws-assumptions";

/** A request as the gateway has it. */
export interface EventInput {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  /** As it was sent, without the question mark. */
  readonly query: string;
  /** By lower-case name; several of a name joined with a comma. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** `$context` variables, by what follows `$context.`. */
  readonly context: Readonly<Record<string, string>>;
}

export interface HttpEvent {
  readonly version: "2.0";
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly requestContext: Readonly<Record<string, unknown>>;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

/** RFC 9110, 7.6.1: they are about the connection of the sender; the cookies get a place of their own. */
const NOT_PASSED_ON = [
  "connection",
  "cookie",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

export function httpEvent(input: EventInput, choices: Choices): HttpEvent {
  const { method, query, headers, body, context } = input;
  const { requestId = "", routeKey = "", stage = "", domainName = "", requestTimeEpoch = "0" } = context;
  const path = choices.rawPath === "decoded" ? decoded(input.path) : input.path;
  const cookies = cookiesOf(headers);
  const queryParameters = valuesOf(new URLSearchParams(query));
  const pathParameters = pathParametersOf(routeKey, input.path);
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers: passedOn(input),
    ...(Object.keys(queryParameters).length > 0 && { queryStringParameters: queryParameters }),
    requestContext: {
      accountId: context.accountId,
      apiId: context.apiId,
      domainName,
      domainPrefix: domainName.split(".")[0],
      http: {
        method,
        path,
        protocol: context.protocol,
        sourceIp: context["identity.sourceIp"],
        userAgent: context["identity.userAgent"],
      },
      requestId,
      routeKey,
      stage,
      time: clfTime(Number(requestTimeEpoch)),
      timeEpoch: Number(requestTimeEpoch),
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...bodyOf(body, headers.get("content-type"), choices),
  };
}

function bodyOf(body: Buffer, contentType: string | undefined, choices: Choices) {
  if (body.length === 0) return { isBase64Encoded: false };
  const asText = isText(contentType) && (choices.textBytes === "utf-8-with-replacements" || isUtf8(body));
  return { body: body.toString(asText ? "utf8" : "base64"), isBase64Encoded: !asText };
}

/** @see AWS_ASSUMPTIONS.textTypes */
export function isText(contentType: string | undefined): boolean {
  const [type = ""] = (contentType ?? "").toLowerCase().split(";");
  return /^(?:text\/.+|application\/(?:json|xml|javascript))$/.test(type.trim());
}

/** @see AWS_ASSUMPTIONS.passedOnHeaders */
function passedOn({ headers, body, context }: EventInput): Record<string, string> {
  const sourceIp = context["identity.sourceIp"] ?? "";
  const before = headers.get("x-forwarded-for");
  return {
    ...Object.fromEntries([...headers].filter(([name]) => !NOT_PASSED_ON.includes(name))),
    "content-length": String(body.length),
    "x-amzn-trace-id": headers.get("x-amzn-trace-id") ?? traceId(context),
    "x-forwarded-for": before === undefined ? sourceIp : `${before}, ${sourceIp}`,
    "x-forwarded-port": "443",
    "x-forwarded-proto": "https",
  };
}

/** X-Ray Developer Guide, "Tracing header": the version, the time in seconds, 96 bits. */
function traceId({ requestId = "", requestTimeEpoch = "0" }: EventInput["context"]): string {
  const seconds = Math.floor(Number(requestTimeEpoch) / 1000);
  return `Root=1-${seconds.toString(16)}-${createHash("sha256").update(requestId).digest("hex").slice(0, 24)}`;
}

function cookiesOf(headers: ReadonlyMap<string, string>): string[] {
  return (headers.get("cookie") ?? "")
    .split(";")
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie !== "");
}

/** Of a name that comes more than once, the values joined with a comma. */
function valuesOf(pairs: Iterable<[string, string]>): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of pairs) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(values);
}

/** What stands in the path where the route has `{name}` or, to the end, `{name+}`. */
function pathParametersOf(routeKey: string, path: string): Record<string, string> {
  const pattern = routeKey.slice(routeKey.indexOf(" ") + 1).split("/");
  const segments = path.split("/");
  return Object.fromEntries(
    pattern.flatMap((part, index) => {
      const [, name, greedy] = /^\{([^{}+]+)(\+?)\}$/.exec(part) ?? [];
      if (name === undefined) return [];
      return [[name, decoded(greedy === "+" ? segments.slice(index).join("/") : (segments[index] ?? ""))]];
    }),
  );
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The time as it stands in the common log format, such as 12/Mar/2020:19:03:58 +0000. */
function clfTime(epochMs: number): string {
  const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+)T([\d:]+)/.exec(new Date(epochMs).toISOString()) ?? [];
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time} +0000`;
}

/** Percent-decoded; as it is where that gives no text. */
export function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
