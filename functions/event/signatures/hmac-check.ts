import { createHmac, timingSafeEqual } from "node:crypto";
import { type Secrets, unverified, VERIFIED, type Verdict } from "./signed-request";

export const HMAC_BYTES = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const;
export type HmacAlgorithm = keyof typeof HMAC_BYTES;

export interface HmacCheck {
  readonly algorithm: HmacAlgorithm;
  readonly keys: readonly (string | Uint8Array)[];
  /** What is signed, one after the other. Text counts as UTF-8. */
  readonly signed: readonly (string | Uint8Array)[];
  /** Of the algorithm's length. */
  readonly signatures: readonly Uint8Array[];
}

/** Whether one of the signatures is right under one of the keys. How long it takes says nothing about how wrong it is. */
export function hmacMatches({ algorithm, keys, signed, signatures }: HmacCheck): boolean {
  return keys.some((key) => {
    const hmac = createHmac(algorithm, key);
    for (const part of signed) hmac.update(part);
    const expected = hmac.digest();
    return signatures.some((signature) => timingSafeEqual(signature, expected));
  });
}

/** The same for schemes whose keys are their secrets as they are, in UTF-8. */
export function checkHmac({ secrets, ...check }: Omit<HmacCheck, "keys"> & Secrets): Verdict {
  // An empty key is a valid one to HMAC, and everybody knows it.
  const keys = secrets.filter((secret) => secret !== "");
  if (keys.length === 0) return unverified("SECRET_UNUSABLE");
  return hmacMatches({ ...check, keys }) ? VERIFIED : unverified("SIGNATURE_MISMATCH");
}
