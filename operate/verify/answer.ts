/** What an answer says, in words and in ids. */
import type { Ingress } from "./probe";
import type { Answer } from "./send";

/** What is known of a request by its answer. */
export interface Answered {
  /** In words. */
  readonly sees: string;
  /** Whether its event is on the queue, as far as the answer tells. */
  readonly isAccepted: boolean;
  /** Of the API, from its header `apigw-requestid`. */
  readonly requestId: string | undefined;
  /** Of SQS, from its XML. */
  readonly messageId: string | undefined;
  /** Undefined: the answer is of neither ingress. */
  readonly ingress: Ingress | undefined;
}

const MESSAGE_ID = /<SendMessageResponse[^>]*>.*<MessageId>([^<]+)<\/MessageId>/s;
const SQS_ERROR = /<ErrorResponse[^>]*>.*<Code>([^<]+)<\/Code>/s;

export function readAnswer(method: string, { status, headers, body }: Answer): Answered {
  const messageId = MESSAGE_ID.exec(body)?.[1];
  const json = jsonOf(body);
  const isSuccess = status >= 200 && status < 300;
  const hasEventId = typeof json?.eventId === "string";
  const known = {
    isAccepted: isSuccess && (messageId !== undefined || hasEventId || method === "HEAD"),
    requestId: headers["apigw-requestid"],
    messageId,
    ingress: messageId !== undefined ? "direct" : hasEventId ? "lambda" : undefined,
  } as const;
  if (body === "") return { ...known, sees: `${status}, no body${headers.allow === undefined ? "" : ", with Allow"}` };
  if (messageId !== undefined) return { ...known, sees: `${status}, SQS's XML with a message id` };
  const code = SQS_ERROR.exec(body)?.[1];
  if (code !== undefined) return { ...known, sees: `${status}, SQS's XML: ${code}` };
  if (hasEventId) return { ...known, sees: `${status}, JSON with an event id` };
  if (typeof json?.message === "string") return { ...known, sees: `${status}, JSON: ${json.message}` };
  const type = headers["content-type"] ?? "no content type";
  return { ...known, sees: `${status}, ${Buffer.byteLength(body)} bytes, ${type}` };
}

/** A request that got no answer, which is an observation too. */
export function unanswered(error: unknown): Answered {
  const why = error instanceof Error ? ("code" in error ? String(error.code) : error.message) : String(error);
  const known = { isAccepted: false, requestId: undefined, messageId: undefined, ingress: undefined };
  return { ...known, sees: `no answer: ${why}` };
}

function jsonOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
