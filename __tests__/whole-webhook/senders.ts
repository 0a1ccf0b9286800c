/** Senders as they are: deliveries signed now, by the vendors' own packages where there is one. */
import { createHash, createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { sign as signGithub } from "@octokit/webhooks-methods";
import { Webhook as StandardWebhook } from "standardwebhooks";
import Stripe from "stripe";
import { Webhook as SvixWebhook } from "svix";
import { getExpectedTwilioSignature } from "twilio";
import type { Delivery } from "../../local/demo/workload";
import type { EnvironmentSettings } from "../../stacks/settings";

type SourceSettings = NonNullable<EnvironmentSettings["sources"]>[string];

export interface Sender {
  /** The name of its source, and the first part of its path. */
  readonly name: string;
  readonly settings: SourceSettings;
  /** The name of its secret, as in the settings. */
  readonly secretName: string;
  readonly secret: string;
  /** One that opens nothing here. */
  readonly otherSecret: string;
  /** Its id in headers and in the body. */
  readonly delivery: (id: string, text: string, secret: string) => Promise<Delivery>;
  /** What the event is called. */
  readonly eventId: (id: string, text: string) => string;
}

/** By their public keys as Discord shows them: a receiver's "secret". */
const privateKeys = new Map<string, KeyObject>();

const PUBLIC_URL = "https://hooks.example.com";
const secretName = (name: string) => `ssm:/webhook/test/${name}`;
const whsec = (text: string) => `whsec_${Buffer.from(text.padEnd(24, ".")).toString("base64")}`;
const nowSeconds = () => Math.floor(Date.now() / 1_000);
const hmac = (secret: string, encoding: "hex" | "base64", text: string) =>
  createHmac("sha256", secret).update(text).digest(encoding);
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** @param path below the source's own */
export function deliveryOf(name: string, text: string, headers: Record<string, string>, path = ""): Delivery {
  return {
    purpose: "event",
    method: "POST",
    path: `/${name}${path}`,
    headers: { "content-type": "application/json", ...headers },
    body: Buffer.from(text),
  };
}

interface Signer {
  readonly scheme: SourceSettings["signature"]["scheme"];
  readonly more?: object;
  readonly secrets?: readonly [secret: string, other: string];
  readonly headers: (
    id: string,
    text: string,
    secret: string,
  ) => Promise<Record<string, string>> | Record<string, string>;
  readonly eventId: (id: string, text: string) => string;
}

/** The id that the body has: see {@link bodyOf}. */
const byPointer = (id: string) => id;
const byContent = (_id: string, text: string) => `sha256:${sha256(text)}`;

/** By the name of the source. */
const SIGNERS: Readonly<Record<string, Signer>> = {
  github: {
    scheme: "github",
    headers: async (id, text, secret) => ({
      "x-github-delivery": id,
      "x-hub-signature-256": await signGithub(secret, text),
    }),
    eventId: byPointer,
  },
  stripe: {
    scheme: "stripe",
    headers: (_id, payload, secret) => ({
      "stripe-signature": Stripe.webhooks.generateTestHeaderString({ payload, secret }),
    }),
    eventId: byPointer,
  },
  hooks: {
    scheme: "standard-webhooks",
    secrets: [whsec("one"), whsec("other")],
    headers: (id, text, secret) => {
      const at = new Date(nowSeconds() * 1_000);
      return {
        "webhook-id": id,
        "webhook-timestamp": String(at.getTime() / 1_000),
        "webhook-signature": new StandardWebhook(secret).sign(id, at, text),
      };
    },
    eventId: byPointer,
  },
  svix: {
    scheme: "svix",
    secrets: [whsec("one"), whsec("other")],
    headers: (id, text, secret) => {
      const at = new Date(nowSeconds() * 1_000);
      return {
        "svix-id": id,
        "svix-timestamp": String(at.getTime() / 1_000),
        "svix-signature": new SvixWebhook(secret).sign(id, at, text),
      };
    },
    eventId: byPointer,
  },
  shopify: {
    scheme: "shopify",
    headers: (id, text, secret) => ({
      "x-shopify-webhook-id": id,
      "x-shopify-hmac-sha256": hmac(secret, "base64", text),
    }),
    eventId: byPointer,
  },
  acme: {
    scheme: "hmac",
    more: {
      signature: {
        header: "x-acme-signature",
        algorithm: "sha256",
        encoding: "hex",
        prefix: "v1=",
        signed: [{ header: "x-acme-time" }, "body"],
        separator: ".",
        timestamp: { header: "x-acme-time", unit: "s" },
      },
      identity: { jsonPointer: "/id" },
    },
    headers: (_id, text, secret) => {
      const time = String(nowSeconds());
      return { "x-acme-time": time, "x-acme-signature": `v1=${hmac(secret, "hex", `${time}.${text}`)}` };
    },
    eventId: byPointer,
  },
  slack: {
    scheme: "slack",
    headers: (_id, text, secret) => colonSeparated("x-slack-request-timestamp", "x-slack-signature", text, secret),
    eventId: byPointer,
  },
  zoom: {
    scheme: "zoom",
    headers: (_id, text, secret) => colonSeparated("x-zm-request-timestamp", "x-zm-signature", text, secret),
    eventId: byContent,
  },
  discord: {
    scheme: "discord",
    secrets: [publicKey(), publicKey()],
    headers: (_id, text, secret) => {
      const time = String(nowSeconds());
      return { "x-signature-timestamp": time, "x-signature-ed25519": ed25519(secret, `${time}${text}`) };
    },
    eventId: byContent,
  },
  square: {
    scheme: "square",
    more: { signature: { publicUrl: `${PUBLIC_URL}/square` } },
    headers: (_id, text, secret) => ({
      "x-square-hmacsha256-signature": hmac(secret, "base64", `${PUBLIC_URL}/square${text}`),
    }),
    eventId: byPointer,
  },
  twilio: {
    scheme: "twilio",
    more: { signature: { publicUrl: `${PUBLIC_URL}/twilio` } },
    headers: (id, text, secret) => ({
      "content-type": "application/x-www-form-urlencoded",
      "i-twilio-idempotency-token": id,
      "x-twilio-signature": getExpectedTwilioSignature(
        secret,
        `${PUBLIC_URL}/twilio`,
        Object.fromEntries(new URLSearchParams(text)),
      ),
    }),
    eventId: byPointer,
  },
  token: {
    scheme: "shared-token",
    more: { signature: { header: "x-gitlab-token" }, identity: { header: "x-event-id" } },
    headers: (id, _text, secret) => ({ "x-gitlab-token": secret, "x-event-id": id }),
    eventId: byPointer,
  },
  basic: {
    scheme: "basic-auth",
    more: { identity: { header: "x-event-id" } },
    secrets: ["user:one", "user:other"],
    headers: (id, _text, secret) => ({
      authorization: `Basic ${Buffer.from(secret).toString("base64")}`,
      "x-event-id": id,
    }),
    eventId: byPointer,
  },
};

/** What the sender sends, with its id where it has one in the body. */
export function bodyOf(name: string, id: string, more: object = {}): string {
  if (name === "twilio") return new URLSearchParams({ CallSid: id, To: "+1800", ...more }).toString();
  return JSON.stringify({ id, event_id: id, ...more });
}

/** @throws Error for a sender that is not known */
export function senderOf(name: string): Sender {
  const signer = SIGNERS[name];
  if (signer === undefined) throw new Error(`there is no sender ${name}`);
  const { scheme, more = {}, secrets = ["the secret", "another secret"], headers, eventId } = signer;
  const { signature = {}, ...settings } = more as { signature?: object };
  return {
    name,
    settings: {
      path: `/${name}`,
      signature: { scheme, secrets: [secretName(name)], ...signature },
      ...settings,
    } as SourceSettings,
    secretName: secretName(name),
    secret: secrets[0],
    otherSecret: secrets[1],
    delivery: async (id, text, secret) => deliveryOf(name, text, await headers(id, text, secret)),
    eventId,
  };
}

/** Those whose signatures can be checked behind the queue. */
export const DIRECT_SENDERS = ["github", "stripe", "hooks", "svix", "shopify", "acme"].map(senderOf);
export const ALL_SENDERS = Object.keys(SIGNERS).map(senderOf);

export function sourcesOf(senders: readonly Sender[]): NonNullable<EnvironmentSettings["sources"]> {
  return Object.fromEntries(senders.map(({ name, settings }) => [name, settings]));
}

export function secretsOf(senders: readonly Sender[]): Record<string, string> {
  return Object.fromEntries(senders.map(({ secretName, secret }) => [secretName, secret]));
}

function colonSeparated(timestampHeader: string, signatureHeader: string, text: string, secret: string) {
  const time = String(nowSeconds());
  return { [timestampHeader]: time, [signatureHeader]: `v0=${hmac(secret, "hex", `v0:${time}:${text}`)}` };
}

function publicKey(): string {
  const pair = generateKeyPairSync("ed25519");
  const shown = pair.publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("hex");
  privateKeys.set(shown, pair.privateKey);
  return shown;
}
function ed25519(key: string, text: string): string {
  const privateKey = privateKeys.get(key);
  if (privateKey === undefined) throw new Error(`${key} was not made here`);
  return sign(null, Buffer.from(text), privateKey).toString("hex");
}
