import { isUtf8 } from "node:buffer";
import type { Attribution } from "./attribution";
import type { Claim } from "./claim";
import { UNVERIFIED_CODES } from "./signatures/signed-request";

/** The body of a publisher's message: what of a request is not in its trusted attribute. */
export interface Envelope {
  /** Raw, without the `?`. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The request's body, or where it is. */
  readonly content: Uint8Array | Claim;
  /** What the publisher found out of its source. Absent when path and headers say it, as they did before sources. */
  readonly event?: EventFacts;
}

/** Whose event it is, what it is called, and why it is not verified. */
export type EventFacts = Pick<Attribution, "source" | "eventId" | "unverified">;

/** SQS API, SendMessage: it takes #x9, #xA, #xD, #x20 to #xD7FF, #xE000 to #xFFFD and #x10000 to #x10FFFF. */
const REFUSED_BY_SQS = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** JSON without a character that SQS refuses, whatever the headers hold. */
export function encodeEnvelope({ query, headers, content, event }: Envelope): string {
  const json = JSON.stringify({ query, headers, event, ...encodeContent(content) });
  // The only two that JSON.stringify does not escape by itself.
  return json.replace(/[\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

/** @returns undefined when the text is not exactly what {@link encodeEnvelope} writes: no member more or less */
export function decodeEnvelope(text: string): Envelope | undefined {
  const envelope = membersOf(parseJson(text), ["query", "headers", "event", "encoding", "body", "claim"]);
  if (envelope === undefined) return undefined;
  const { query, headers, encoding, body, claim } = envelope;
  if (typeof query !== "string" || !isStringMap(headers)) return undefined;
  const isClaim = claim !== undefined;
  if (isClaim && (encoding !== undefined || body !== undefined)) return undefined;
  const content = isClaim ? decodeClaim(claim) : decodeBody(encoding, body);
  if (content === undefined) return undefined;
  if (envelope.event === undefined) return { query, headers, content };
  const event = decodeEvent(envelope.event);
  return event === undefined ? undefined : { query, headers, content, event };
}

function decodeEvent(value: unknown): EventFacts | undefined {
  const event = membersOf(value, ["source", "eventId", "unverified"]);
  if (event === undefined) return undefined;
  const { source, eventId } = event;
  // A source with a # could write another one's keys.
  if (typeof source !== "string" || !/^[^#]+$/.test(source) || typeof eventId !== "string") return undefined;
  if (event.unverified === undefined) return { source, eventId };
  const unverified = UNVERIFIED_CODES.find((code) => code === event.unverified);
  return unverified === undefined ? undefined : { source, eventId, unverified };
}

function encodeContent(content: Uint8Array | Claim) {
  if (!(content instanceof Uint8Array)) {
    const { key, bytes, sha256 } = content;
    return { claim: { key, bytes, sha256 } };
  }
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (isUtf8(bytes)) {
    const text = bytes.toString("utf8");
    if (!REFUSED_BY_SQS.test(text)) return { encoding: "utf8", body: text };
  }
  return { encoding: "base64", body: bytes.toString("base64") };
}

function decodeBody(encoding: unknown, body: unknown): Uint8Array | undefined {
  if (typeof body !== "string") return undefined;
  if (encoding === "utf8") return Buffer.from(body, "utf8");
  if (encoding !== "base64") return undefined;
  const bytes = Buffer.from(body, "base64");
  // Node skips what is not base64.
  return bytes.toString("base64") === body ? bytes : undefined;
}

function decodeClaim(value: unknown): Claim | undefined {
  const claim = membersOf(value, ["key", "bytes", "sha256"]);
  if (claim === undefined) return undefined;
  const { key, bytes, sha256 } = claim;
  if (typeof key !== "string" || typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256)) return undefined;
  if (typeof bytes !== "number" || !Number.isSafeInteger(bytes) || bytes < 0) return undefined;
  return { key, bytes, sha256 };
}

/** @returns undefined for what is no object, and for one with a member that is not among these */
function membersOf(value: unknown, names: readonly string[]): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.keys(value).every((name) => names.includes(name)) ? { ...value } : undefined;
}

function isStringMap(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((member) => typeof member === "string");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
