/**
 * Discord: ed25519 of timestamp and body, signature and public key in hexadecimal. Discord names no tolerance.
 * Source: docs.discord.com, "Interactions overview" and "Webhook events", validating security request headers.
 */
import { ED25519_KEY_BYTES, ED25519_SIGNATURE_BYTES, ed25519Key, ed25519Matches } from "./ed25519";
import { decodeHex } from "./encodings";
import { oncePerSecrets } from "./once-per-secrets";
import { headerOf, type Secrets, type SignedRequest, unverified, type Verdict } from "./signed-request";
import { checkAge, parseTimestamp } from "./timestamp";

const keysOf = oncePerSecrets((secrets) =>
  secrets.flatMap((secret) => {
    const key = decodeHex(secret, ED25519_KEY_BYTES);
    return key === undefined ? [] : ed25519Key(key);
  }),
);

export interface DiscordOptions {
  /** @default the timestamp's age is not checked */
  readonly toleranceSeconds?: number | undefined;
}

export function verifyDiscord(request: SignedRequest, secrets: Secrets, { toleranceSeconds }: DiscordOptions): Verdict {
  const header = headerOf(request, "x-signature-ed25519");
  if (header === "") return unverified("SIGNATURE_MISSING");
  const timestamp = headerOf(request, "x-signature-timestamp");
  if (timestamp === "") return unverified("SIGNED_PART_MISSING");
  const timestampSeconds = parseTimestamp(timestamp);
  if (timestampSeconds === undefined) return unverified("TIMESTAMP_MALFORMED");
  const signature = decodeHex(header, ED25519_SIGNATURE_BYTES);
  if (signature === undefined) return unverified("SIGNATURE_MALFORMED");
  const keys = keysOf(secrets);
  if (keys.length === 0) return unverified("SECRET_UNUSABLE");

  // Nothing separates the two: a body that begins with digits could have been made of a timestamp's. Discord's is an object.
  if (/^\d/.test(String.fromCharCode(request.body[0] ?? 0))) return unverified("SIGNATURE_MISMATCH");
  const signed = Buffer.concat([Buffer.from(timestamp), request.body]);
  if (!ed25519Matches(keys, signed, signature)) return unverified("SIGNATURE_MISMATCH");
  const tolerance = { pastSeconds: toleranceSeconds, futureSeconds: toleranceSeconds };
  return checkAge(timestampSeconds, request.receivedAtMs, tolerance);
}
