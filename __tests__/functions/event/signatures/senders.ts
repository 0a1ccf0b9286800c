/** Senders of every scheme, by node:crypto alone: what a test signs here, functions/event/signatures/ verifies. */
import { createHash, createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { Scheme } from "../../../../functions/event/signatures/scheme";
import type { SignedRequest } from "../../../../functions/event/signatures/signed-request";

export interface ToSign {
  readonly body: Uint8Array;
  readonly atSeconds: number;
  readonly id: string;
  readonly publicUrl: string;
}

export interface Sender {
  readonly name: string;
  readonly form: Scheme;
  readonly secret: string;
  readonly otherSecret: string;
  readonly signatureHeader: string;
  readonly encoding: "hex" | "base64" | "text";
  /** Where the time stands, if it has a header of its own. */
  readonly timestampHeader?: string;
  /** The default, into the past and into the future. */
  readonly tolerance?: { readonly past?: number; readonly future?: number };
  readonly idHeader?: string;
  readonly signsUrl?: true;
  /** What stands between two signatures in one header. */
  readonly listSeparator?: string;
  /** @returns the headers that the sender adds */
  readonly sign: (request: ToSign, secret: string) => Record<string, string>;
}

export const AT_SECONDS = 1_700_000_000;
export const ID = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W";
export const PUBLIC_URL = "https://hooks.example.com/sender?region=eu";

const text = (value: Uint8Array) => Buffer.from(value).toString("latin1");
const hmac = (algorithm: string, key: string | Buffer, encoding: "hex" | "base64", ...parts: (string | Uint8Array)[]) =>
  parts.reduce((made, part) => made.update(part), createHmac(algorithm, key)).digest(encoding);

/** By their public keys as the schemes write them, so that a "secret" can be what a receiver has. */
const privateKeys = new Map<string, KeyObject>();
function keyPair(write: (raw: Buffer) => string): string {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const written = write(publicKey.export({ format: "der", type: "spki" }).subarray(-32));
  privateKeys.set(written, privateKey);
  return written;
}
function ed25519(publicKey: string, encoding: "hex" | "base64", ...parts: (string | Uint8Array)[]): string {
  const key = privateKeys.get(publicKey);
  if (key === undefined) throw new Error(`${publicKey} was not made here`);
  return sign(null, Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array))), key).toString(encoding);
}

const whsec = (seed: string) => `whsec_${Buffer.from(seed.repeat(24).slice(0, 24)).toString("base64")}`;
const whpk = (raw: Buffer) => `whpk_${raw.toString("base64")}`;
const keyOf = (secret: string) => Buffer.from(secret.slice("whsec_".length), "base64");

function standard(prefix: "webhook" | "svix", version: "v1" | "v1a"): Omit<Sender, "name"> {
  const isSymmetric = version === "v1";
  return {
    form: { scheme: prefix === "svix" ? "svix" : "standard-webhooks" },
    secret: isSymmetric ? whsec("a") : keyPair(whpk),
    otherSecret: isSymmetric ? whsec("b") : keyPair(whpk),
    signatureHeader: `${prefix}-signature`,
    encoding: "base64",
    timestampHeader: `${prefix}-timestamp`,
    tolerance: { past: 300, future: 300 },
    idHeader: `${prefix}-id`,
    listSeparator: " ",
    sign: ({ body, atSeconds, id }, secret) => {
      const head = `${id}.${atSeconds}.`;
      const signature = isSymmetric
        ? hmac("sha256", keyOf(secret), "base64", head, body)
        : ed25519(secret, "base64", head, body);
      return {
        [`${prefix}-id`]: id,
        [`${prefix}-timestamp`]: String(atSeconds),
        [`${prefix}-signature`]: `${version},${signature}`,
      };
    },
  };
}

function colonSeparated(
  scheme: "slack" | "zoom",
  signatureHeader: string,
  timestampHeader: string,
): Omit<Sender, "name"> {
  return {
    form: { scheme },
    secret: "8f742231b10e8888abcd99yyyzzz85a5",
    otherSecret: "another secret",
    signatureHeader,
    encoding: "hex",
    timestampHeader,
    ...(scheme === "slack" ? { tolerance: { past: 300, future: 300 } } : {}),
    sign: ({ body, atSeconds }, secret) => ({
      [timestampHeader]: String(atSeconds),
      [signatureHeader]: `v0=${hmac("sha256", secret, "hex", `v0:${atSeconds}:`, body)}`,
    }),
  };
}

function ofBody(
  form: Scheme,
  signatureHeader: string,
  encoding: "hex" | "base64",
  prefix: string,
): Omit<Sender, "name"> {
  return {
    form,
    secret: "It's a Secret to Everybody",
    otherSecret: "another secret",
    signatureHeader,
    encoding,
    sign: ({ body }, secret) => ({ [signatureHeader]: `${prefix}${hmac("sha256", secret, encoding, body)}` }),
  };
}

/** The parameters as Twilio signs them; tests here use each name once. */
export function formText(body: Uint8Array): string {
  const parameters = [...new URLSearchParams(text(body).replace(/^\?/, "%3F"))];
  return parameters
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flat()
    .join("");
}

const SENDERS_BY_NAME: Readonly<Record<string, Omit<Sender, "name">>> = {
  "standard-webhooks v1": standard("webhook", "v1"),
  "standard-webhooks v1a": standard("webhook", "v1a"),
  "svix v1": standard("svix", "v1"),
  "svix v1a": standard("svix", "v1a"),
  github: ofBody({ scheme: "github" }, "x-hub-signature-256", "hex", "sha256="),
  stripe: {
    form: { scheme: "stripe" },
    secret: "whsec_test_secret",
    otherSecret: "whsec_other_secret",
    signatureHeader: "stripe-signature",
    encoding: "hex",
    tolerance: { past: 300 },
    sign: ({ body, atSeconds }, secret) => ({
      "stripe-signature": `t=${atSeconds},v1=${hmac("sha256", secret, "hex", `${atSeconds}.`, body)}`,
    }),
  },
  shopify: ofBody({ scheme: "shopify" }, "x-shopify-hmac-sha256", "base64", ""),
  slack: colonSeparated("slack", "x-slack-signature", "x-slack-request-timestamp"),
  "twilio, JSON": {
    form: { scheme: "twilio" },
    secret: "12345",
    otherSecret: "54321",
    signatureHeader: "x-twilio-signature",
    encoding: "base64",
    signsUrl: true,
    sign: ({ publicUrl }, secret) => ({ "x-twilio-signature": hmac("sha1", secret, "base64", publicUrl) }),
  },
  "twilio, form": {
    form: { scheme: "twilio" },
    secret: "12345",
    otherSecret: "54321",
    signatureHeader: "x-twilio-signature",
    encoding: "base64",
    signsUrl: true,
    sign: ({ publicUrl, body }, secret) => ({
      "x-twilio-signature": hmac("sha1", secret, "base64", publicUrl, formText(body)),
    }),
  },
  square: {
    ...ofBody({ scheme: "square" }, "x-square-hmacsha256-signature", "base64", ""),
    signsUrl: true,
    sign: ({ body, publicUrl }, secret) => ({
      "x-square-hmacsha256-signature": hmac("sha256", secret, "base64", publicUrl, body),
    }),
  },
  zoom: colonSeparated("zoom", "x-zm-signature", "x-zm-request-timestamp"),
  discord: {
    form: { scheme: "discord" },
    secret: keyPair((raw) => raw.toString("hex")),
    otherSecret: keyPair((raw) => raw.toString("hex")),
    signatureHeader: "x-signature-ed25519",
    encoding: "hex",
    timestampHeader: "x-signature-timestamp",
    sign: ({ body, atSeconds }, secret) => ({
      "x-signature-timestamp": String(atSeconds),
      "x-signature-ed25519": ed25519(secret, "hex", String(atSeconds), body),
    }),
  },
  "hmac of the body": ofBody(
    { scheme: "hmac", header: "x-acme-signature", algorithm: "sha256", encoding: "hex" },
    "x-acme-signature",
    "hex",
    "",
  ),
  "hmac of parts": {
    form: {
      scheme: "hmac",
      header: "x-acme-signature",
      algorithm: "sha512",
      encoding: "base64",
      prefix: "s=",
      listSeparator: ";",
      signed: ["method", "url", { header: "x-acme-time" }, { text: "acme" }, "body"],
      separator: "\n",
      timestamp: { header: "x-acme-time", unit: "s" },
    },
    secret: "acme secret",
    otherSecret: "other secret",
    signatureHeader: "x-acme-signature",
    encoding: "base64",
    timestampHeader: "x-acme-time",
    tolerance: { past: 300, future: 300 },
    signsUrl: true,
    listSeparator: ";",
    sign: ({ body, atSeconds, publicUrl }, secret) => ({
      "x-acme-time": String(atSeconds),
      "x-acme-signature": `s=${hmac("sha512", secret, "base64", `POST\n${publicUrl}\n${atSeconds}\nacme\n`, body)}`,
    }),
  },
  "shared-token": {
    form: { scheme: "shared-token", header: "x-gitlab-token" },
    secret: "a token",
    otherSecret: "another token",
    signatureHeader: "x-gitlab-token",
    encoding: "text",
    sign: (_request, secret) => ({ "x-gitlab-token": secret }),
  },
  "basic-auth": {
    form: { scheme: "basic-auth" },
    secret: "user:pass:word",
    otherSecret: "user:another",
    signatureHeader: "authorization",
    encoding: "text",
    sign: (_request, secret) => ({ authorization: `Basic ${Buffer.from(secret).toString("base64")}` }),
  },
};

export const SENDERS: readonly Sender[] = Object.entries(SENDERS_BY_NAME).map(([name, sender]) => ({
  name,
  ...sender,
}));

/** The body is not part of what these prove. */
export const signsBody = ({ encoding }: Sender) => encoding !== "text";

/** A body that the sender could send. */
export function bodyOf(sender: Sender): Buffer {
  return Buffer.from(
    sender.name === "twilio, form" ? "CallSid=CA123&Digits=12%2B3&To=%2B1800" : '{"id":"evt_1","n":[1,2]}',
  );
}

/** A request that the sender signed at AT_SECONDS and the API received then. */
export function signedRequest(
  sender: Sender,
  {
    body = bodyOf(sender),
    secret = sender.secret,
    atSeconds = AT_SECONDS,
    ...given
  }: Partial<ToSign> & { secret?: string } = {},
): SignedRequest {
  const url = given.publicUrl ?? PUBLIC_URL;
  const hash = createHash("sha256").update(body).digest("hex");
  const publicUrl = sender.name === "twilio, JSON" ? `${url}&bodySHA256=${hash}` : url;
  const headers = sender.sign({ body, atSeconds, id: given.id ?? ID, publicUrl }, secret);
  return {
    headers: { "content-type": "application/json", ...headers },
    body,
    receivedAtMs: AT_SECONDS * 1_000,
    method: "POST",
    ...(sender.signsUrl ? { publicUrl } : {}),
  };
}
