/**
 * Requests that are no events: a sender asks whether somebody who knows the secret is there, and wants the answer now.
 * Sources: docs.slack.dev, url_verification; developers.zoom.us, "Using webhooks", validate your endpoint;
 * docs.discord.com, "Interactions overview" and "Webhook events".
 */
import { createHmac } from "node:crypto";
import type { Scheme } from "./scheme";
import type { Secrets, SignedRequest } from "./signed-request";
import { verify } from "./verify";

export interface HandshakeAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The answer that a handshake wants. It is given to nobody else than the sender: all three sign their handshakes, and
 * Zoom's would otherwise sign any text for anybody. Never throws.
 * @returns undefined for everything that is an event, and for what is not verified
 */
export function handshakeAnswer(request: SignedRequest, form: Scheme, secrets: Secrets): HandshakeAnswer | undefined {
  if (form.scheme !== "slack" && form.scheme !== "zoom" && form.scheme !== "discord") return undefined;
  const message = objectOf(request.body);
  if (message === undefined) return undefined;
  const secret = secrets.find((each) => verify(request, form, [each]).verified);
  if (secret === undefined) return undefined;
  switch (form.scheme) {
    case "slack":
      return slackAnswer(message);
    case "zoom":
      return zoomAnswer(message, secret);
    case "discord":
      return discordAnswer(message);
    default:
      return form.scheme satisfies never;
  }
}

type Members = Readonly<Record<string, unknown>>;

function slackAnswer({ type, challenge }: Members): HandshakeAnswer | undefined {
  return type === "url_verification" && typeof challenge === "string" ? json({ challenge }) : undefined;
}

/** Letters and digits, as Zoom's are: with a colon in it, it could be the text that a forged event's signature is of. */
const PLAIN_TOKEN = /^[\w+/=-]{1,256}$/;

/** @param secret the one that this request is signed with: during a rotation Zoom knows one of them */
function zoomAnswer({ event, payload }: Members, secret: string): HandshakeAnswer | undefined {
  if (event !== "endpoint.url_validation" || typeof payload !== "object" || payload === null) return undefined;
  const plainToken: unknown = "plainToken" in payload ? payload.plainToken : undefined;
  if (typeof plainToken !== "string" || !PLAIN_TOKEN.test(plainToken)) return undefined;
  return json({ plainToken, encryptedToken: createHmac("sha256", secret).update(plainToken).digest("hex") });
}

/** An interaction's PING is of type 1, a webhook event's of type 0; a webhook event is of type 1 as well, with `event`. */
function discordAnswer({ type, event }: Members): HandshakeAnswer | undefined {
  if (type === 0) return { statusCode: 204, headers: { "content-type": "application/json" }, body: "" };
  return type === 1 && event === undefined ? json({ type: 1 }) : undefined;
}

function json(body: Readonly<Record<string, unknown>>): HandshakeAnswer {
  return { statusCode: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

function objectOf(body: Uint8Array): Members | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
