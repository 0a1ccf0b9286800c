/**
 * Standard Webhooks, and Svix, whose scheme it was: `v1,` HMAC-SHA256 or `v1a,` ed25519 of "id.timestamp.body", in base64,
 * several of them separated by spaces. Secrets are base64 after `whsec_` (or alone), public keys after `whpk_`.
 * Source: standard-webhooks/standard-webhooks, spec/standard-webhooks.md; docs.svix.com, "Verifying webhooks manually".
 */
import { ED25519_KEY_BYTES, ED25519_SIGNATURE_BYTES, ed25519Matches } from "./ed25519";
import { decodeAnyBase64, decodeBase64 } from "./encodings";
import { hmacMatches } from "./hmac-check";
import { headerOf, type Secrets, type SignedRequest, unverified, type Verdict } from "./signed-request";
import { checkAge, parseTimestamp } from "./timestamp";

export interface StandardWebhooksOptions extends Secrets {
  /** Into the past and into the future. @default 300, that of the libraries */
  readonly toleranceSeconds?: number | undefined;
}

/** Each costs a check, and it is a stranger who says how many there are; during a rotation there are two. */
const MOST_SIGNATURES = 16;

export function verifyStandardWebhooks(request: SignedRequest, options: StandardWebhooksOptions): Verdict {
  return verifyPrefixed(request, options, "webhook");
}

export function verifySvix(request: SignedRequest, options: StandardWebhooksOptions): Verdict {
  return verifyPrefixed(request, options, "svix");
}

function verifyPrefixed(
  request: SignedRequest,
  { secrets, toleranceSeconds = 300 }: StandardWebhooksOptions,
  prefix: "webhook" | "svix",
): Verdict {
  const header = headerOf(request, `${prefix}-signature`);
  if (header === "") return unverified("SIGNATURE_MISSING");
  const id = headerOf(request, `${prefix}-id`);
  const timestamp = headerOf(request, `${prefix}-timestamp`);
  if (id === "" || timestamp === "") return unverified("SIGNED_PART_MISSING");
  const timestampSeconds = parseTimestamp(timestamp);
  if (timestampSeconds === undefined) return unverified("TIMESTAMP_MALFORMED");
  const { v1, v1a } = signaturesOf(header);
  if (v1.length + v1a.length === 0) return unverified("SIGNATURE_MALFORMED");
  const { symmetric, publicKeys } = keysOf(secrets);
  if (symmetric.length + publicKeys.length === 0) return unverified("SECRET_UNUSABLE");

  const head = `${id}.${timestamp}.`;
  const matches =
    (v1.length > 0 &&
      hmacMatches({ algorithm: "sha256", keys: symmetric, signed: [head, request.body], signatures: v1 })) ||
    (v1a.length > 0 && matchesPublicKey(publicKeys, Buffer.concat([Buffer.from(head), request.body]), v1a));
  if (!matches) return unverified("SIGNATURE_MISMATCH");
  const tolerance = { pastSeconds: toleranceSeconds, futureSeconds: toleranceSeconds };
  return checkAge(timestampSeconds, request.receivedAtMs, tolerance);
}

function matchesPublicKey(publicKeys: readonly Buffer[], signed: Buffer, signatures: readonly Buffer[]): boolean {
  return signatures.some((signature) => ed25519Matches(publicKeys, signed, signature));
}

/** What is of another version, or not a signature of its version, is passed over: the specification adds versions. */
function signaturesOf(header: string): { readonly v1: readonly Buffer[]; readonly v1a: readonly Buffer[] } {
  const v1: Buffer[] = [];
  const v1a: Buffer[] = [];
  // A header that came twice.
  if (header.includes(", ")) return { v1, v1a };
  for (const entry of header.split(" ", MOST_SIGNATURES)) {
    if (entry.startsWith("v1,")) add(v1, decodeBase64(entry.slice(3), 32));
    if (entry.startsWith("v1a,")) add(v1a, decodeBase64(entry.slice(4), ED25519_SIGNATURE_BYTES));
  }
  return { v1, v1a };
}

function keysOf(secrets: readonly string[]): {
  readonly symmetric: readonly Buffer[];
  readonly publicKeys: readonly Buffer[];
} {
  const symmetric: Buffer[] = [];
  const publicKeys: Buffer[] = [];
  for (const secret of secrets) {
    if (secret.startsWith("whpk_")) add(publicKeys, decodeBase64(secret.slice(5), ED25519_KEY_BYTES));
    else add(symmetric, decodeAnyBase64(secret.startsWith("whsec_") ? secret.slice(6) : secret));
  }
  return { symmetric, publicKeys };
}

function add(to: Buffer[], bytes: Buffer | undefined): void {
  if (bytes !== undefined && bytes.byteLength > 0) to.push(bytes);
}
