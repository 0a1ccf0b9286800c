/**
 * Standard Webhooks, and Svix, whose scheme it was: `v1,` HMAC-SHA256 or `v1a,` ed25519 of "id.timestamp.body", in base64,
 * several of them separated by spaces. Secrets are base64 after `whsec_` (or alone), public keys after `whpk_`.
 * Source: standard-webhooks/standard-webhooks, spec/standard-webhooks.md; docs.svix.com, "Verifying webhooks manually".
 */
import type { KeyObject } from "node:crypto";
import { ED25519_KEY_BYTES, ED25519_SIGNATURE_BYTES, ed25519Key, ed25519Matches } from "./ed25519";
import { decodeAnyBase64, decodeBase64 } from "./encodings";
import { type HmacCheck, hmacMatches, isWellFormed, secretKeys } from "./hmac-check";
import { oncePerSecrets } from "./once-per-secrets";
import { headerOf, type Secrets, type SignedRequest, unverified, type Verdict } from "./signed-request";
import { checkAge, parseTimestamp } from "./timestamp";

export interface StandardWebhooksOptions {
  /** Into the past and into the future. @default 300, that of the libraries */
  readonly toleranceSeconds?: number | undefined;
}

const STANDARD_HEADERS = { id: "webhook-id", timestamp: "webhook-timestamp", signature: "webhook-signature" } as const;
const SVIX_HEADERS = { id: "svix-id", timestamp: "svix-timestamp", signature: "svix-signature" } as const;

const HMAC = { algorithm: "sha256", encoding: "base64" } as const;

/** Each costs a check, and it is a stranger who says how many there are; during a rotation there are two. */
const MOST_SIGNATURES = 16;

export function verifyStandardWebhooks(
  request: SignedRequest,
  secrets: Secrets,
  options: StandardWebhooksOptions,
): Verdict {
  return verifyPrefixed(request, secrets, options, STANDARD_HEADERS);
}

export function verifySvix(request: SignedRequest, secrets: Secrets, options: StandardWebhooksOptions): Verdict {
  return verifyPrefixed(request, secrets, options, SVIX_HEADERS);
}

function verifyPrefixed(
  request: SignedRequest,
  secrets: Secrets,
  { toleranceSeconds = 300 }: StandardWebhooksOptions,
  headers: typeof STANDARD_HEADERS | typeof SVIX_HEADERS,
): Verdict {
  const header = headerOf(request, headers.signature);
  if (header === "") return unverified("SIGNATURE_MISSING");
  const id = headerOf(request, headers.id);
  const timestamp = headerOf(request, headers.timestamp);
  if (id === "" || timestamp === "") return unverified("SIGNED_PART_MISSING");
  const timestampSeconds = parseTimestamp(timestamp);
  if (timestampSeconds === undefined) return unverified("TIMESTAMP_MALFORMED");
  const { v1, v1a } = signaturesOf(header);
  const { symmetric, publicKeys } = keysOf(secrets);

  const head = `${id}.${timestamp}.`;
  const hmac: HmacCheck = {
    algorithm: "sha256",
    encoding: "base64",
    keys: symmetric,
    signed: [head, request.body],
    signatures: v1,
  };
  const matches =
    (v1.length > 0 && hmacMatches(hmac)) ||
    (v1a.length > 0 && matchesPublicKey(publicKeys, Buffer.concat([Buffer.from(head), request.body]), v1a));
  if (matches) {
    const tolerance = { pastSeconds: toleranceSeconds, futureSeconds: toleranceSeconds };
    return checkAge(timestampSeconds, request.receivedAtMs, tolerance);
  }
  if (v1a.length === 0 && !v1.some((signature) => isWellFormed(signature, HMAC))) {
    return unverified("SIGNATURE_MALFORMED");
  }
  return unverified(symmetric.length + publicKeys.length === 0 ? "SECRET_UNUSABLE" : "SIGNATURE_MISMATCH");
}

function matchesPublicKey(publicKeys: readonly KeyObject[], signed: Buffer, signatures: readonly Buffer[]): boolean {
  return signatures.some((signature) => ed25519Matches(publicKeys, signed, signature));
}

/** What is of another version is passed over: the specification adds versions. */
function signaturesOf(header: string): { readonly v1: readonly string[]; readonly v1a: readonly Buffer[] } {
  const v1: string[] = [];
  const v1a: Buffer[] = [];
  // A header that came twice.
  if (header.includes(", ")) return { v1, v1a };
  for (const entry of header.split(" ", MOST_SIGNATURES)) {
    if (entry.startsWith("v1,")) v1.push(entry.slice(3));
    else if (entry.startsWith("v1a,")) add(v1a, decodeBase64(entry.slice(4), ED25519_SIGNATURE_BYTES));
  }
  return { v1, v1a };
}

const keysOf = oncePerSecrets((secrets) => {
  const symmetric: Buffer[] = [];
  const publicKeys: Buffer[] = [];
  for (const secret of secrets) {
    if (secret.startsWith("whpk_")) add(publicKeys, decodeBase64(secret.slice(5), ED25519_KEY_BYTES));
    else add(symmetric, decodeAnyBase64(secret.startsWith("whsec_") ? secret.slice(6) : secret));
  }
  return { symmetric: secretKeys(symmetric), publicKeys: publicKeys.map(ed25519Key) };
});

function add(to: Buffer[], bytes: Buffer | undefined): void {
  if (bytes !== undefined) to.push(bytes);
}
