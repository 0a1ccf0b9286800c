import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import { decodeBase64, decodeHex } from "./encodings";
import { oncePerSecrets } from "./once-per-secrets";
import { unverified, VERIFIED, type Verdict } from "./signed-request";

export const HMAC_ALGORITHMS = ["sha1", "sha256", "sha384", "sha512"] as const;
export type HmacAlgorithm = (typeof HMAC_ALGORITHMS)[number];
const HMAC_BYTES = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const satisfies Record<HmacAlgorithm, number>;

export const SIGNATURE_ENCODINGS = ["hex", "hex-upper-case", "base64", "base64url"] as const;
export type SignatureEncoding = (typeof SIGNATURE_ENCODINGS)[number];

export interface HmacCheck {
  readonly algorithm: HmacAlgorithm;
  readonly encoding: SignatureEncoding;
  readonly keys: readonly KeyObject[];
  /** What is signed, one after the other. Text counts as UTF-8. */
  readonly signed: readonly (string | Uint8Array)[];
  /** As they came, without what stands before them. */
  readonly signatures: readonly string[];
}

/** Secrets that are keys as they are, in UTF-8. An empty one is a valid key to HMAC, and everybody knows it. */
export const textKeys = oncePerSecrets((secrets) => secretKeys(secrets.map((secret) => Buffer.from(secret))));

export function secretKeys(keys: readonly (Buffer | undefined)[]): readonly KeyObject[] {
  return keys.flatMap((key) => (key === undefined || key.byteLength === 0 ? [] : createSecretKey(key)));
}

/** Whether one of the signatures is right under one of the keys. How long it takes says nothing about how wrong it is. */
export function hmacMatches({ algorithm, encoding, keys, signed, signatures }: HmacCheck): boolean {
  for (const key of keys) {
    const hmac = createHmac(algorithm, key);
    for (const part of signed) if (part.length > 0) hmac.update(part);
    // As text, the one way to write it: so nothing else is taken, and nothing need be decoded.
    const expected = Buffer.from(
      encoding === "hex-upper-case" ? hmac.digest("hex").toUpperCase() : hmac.digest(encoding),
    );
    for (const signature of signatures) {
      const given = Buffer.from(signature);
      if (given.byteLength === expected.byteLength && timingSafeEqual(given, expected)) return true;
    }
  }
  return false;
}

export function checkHmac(check: HmacCheck): Verdict {
  if (hmacMatches(check)) return VERIFIED;
  if (!check.signatures.some((signature) => isWellFormed(signature, check))) return unverified("SIGNATURE_MALFORMED");
  return unverified(check.keys.length === 0 ? "SECRET_UNUSABLE" : "SIGNATURE_MISMATCH");
}

/** Whether it could be a signature, with other bytes or another key. */
export function isWellFormed(signature: string, { algorithm, encoding }: Pick<HmacCheck, "algorithm" | "encoding">) {
  const byteLength = HMAC_BYTES[algorithm];
  switch (encoding) {
    case "hex":
      return decodeHex(signature, byteLength) !== undefined;
    case "hex-upper-case":
      return !/[a-z]/.test(signature) && decodeHex(signature.toLowerCase(), byteLength) !== undefined;
    case "base64":
      return decodeBase64(signature, byteLength) !== undefined;
    case "base64url": {
      const bytes = Buffer.from(signature, "base64url");
      return bytes.byteLength === byteLength && bytes.toString("base64url") === signature;
    }
    default:
      return encoding satisfies never;
  }
}
