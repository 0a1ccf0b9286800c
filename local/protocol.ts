/** AWS's protocols on the wire: who calls what, and the shapes of answers and faults. Pure. */
import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { AwsFault } from "./aws-fault";
import type { HttpReply } from "./table";

const SERVICES = {
  AmazonSQS: "sqs",
  DynamoDB_20120810: "dynamodb",
  secretsmanager: "secretsmanager",
  AmazonSSM: "ssm",
} as const;
type Service = (typeof SERVICES)[keyof typeof SERVICES];

export interface ServiceCall {
  readonly service: Service;
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

const NAMESPACES: Readonly<Record<Service, string>> = {
  sqs: "com.amazonaws.sqs",
  dynamodb: "com.amazonaws.dynamodb.v20120810",
  secretsmanager: "com.amazonaws.secretsmanager",
  ssm: "com.amazonaws.ssm",
};

/** Who signed a call, and for which service. */
export interface Signer {
  readonly accessKeyId: string;
  /** Such as s3; which of them are played is not decided here. */
  readonly scope: string;
}

/** @throws AwsFault for a call that is not signed */
export function readSigner({ authorization = "" }: IncomingHttpHeaders): Signer {
  const [, accessKeyId, scope = ""] = /Credential=([^/,\s]+)\/\d+\/[^/]+\/([^/]+)\//.exec(authorization) ?? [];
  if (accessKeyId === undefined)
    throw new AwsFault("MissingAuthenticationToken", "Request is missing Authentication Token", { status: 403 });
  return { accessKeyId, scope };
}

/** @throws AwsFault for a call to a service that is not played in a JSON protocol */
export function readCall({ scope }: Signer, headers: IncomingHttpHeaders, body: Buffer): ServiceCall {
  const [prefix = "", action = ""] = String(headers["x-amz-target"] ?? "").split(".");
  const service = Object.hasOwn(SERVICES, prefix) ? SERVICES[prefix as keyof typeof SERVICES] : undefined;
  if (service === undefined || service !== scope)
    throw new AwsFault(
      "UnknownOperationException",
      `The local run plays ${Object.values(SERVICES).join(", ")} in their JSON protocols, s3 and lambda, not ${scope || "this"} (X-Amz-Target: ${prefix || "none"}).`,
    );
  return { service, action, input: parse(body) };
}

function parse(body: Buffer): ServiceCall["input"] {
  try {
    const parsed: unknown = JSON.parse(body.toString());
    if (typeof parsed === "object" && parsed !== null) return parsed as ServiceCall["input"];
  } catch {
    // Answered below, as AWS does.
  }
  throw new AwsFault("SerializationException", "The body is not a JSON object.");
}

export function jsonReply(result: unknown): HttpReply {
  return reply(200, result ?? {}, {});
}

/** @param service of the call, undefined where it is not known */
export function faultReply({ code, message, options }: AwsFault, service: Service | undefined): HttpReply {
  const { status = 400, queryCode = code } = options;
  // The older query protocol has a name of its own for the same refusal.
  const type = code === "AccessDenied" && service !== undefined && service !== "sqs" ? "AccessDeniedException" : code;
  const body = { __type: `${NAMESPACES[service ?? "sqs"]}#${type}`, message };
  const isQueryCompatible = service === undefined || service === "sqs";
  return reply(
    !isQueryCompatible && status === 403 ? 400 : status,
    body,
    isQueryCompatible ? { "x-amzn-query-error": `${queryCode};${status < 500 ? "Sender" : "Receiver"}` } : {},
  );
}

/** As Lambda answers one. Source: Lambda API, Invoke, "Errors". */
export function functionFaultReply({ code, message, options: { status = 400 } }: AwsFault): HttpReply {
  const type = code === "AccessDenied" ? "AccessDeniedException" : code;
  return reply(status, { Type: "User", Message: message }, { "x-amzn-errortype": type });
}

/** As S3 answers one. Source: S3 API, "Error responses". */
export function bucketFaultReply({ code, message, options: { status = 400 } }: AwsFault): HttpReply {
  const escaped = message.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const body = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escaped}</Message></Error>`,
  );
  return { status, headers: { "content-type": "application/xml", "content-length": String(body.length) }, body };
}

function reply(status: number, result: unknown, headers: Record<string, string>): HttpReply {
  const body = Buffer.from(JSON.stringify(result));
  return {
    status,
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "content-length": String(body.length),
      "x-amzn-requestid": randomUUID(),
      ...headers,
    },
    body,
  };
}
