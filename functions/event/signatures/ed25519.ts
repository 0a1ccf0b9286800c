import { createPublicKey, type KeyObject, verify } from "node:crypto";

export const ED25519_KEY_BYTES = 32;
export const ED25519_SIGNATURE_BYTES = 64;

/** What stands before the key in its DER form (RFC 8410, 4 and 10.1). */
const SPKI = Buffer.from("302a300506032b6570032100", "hex");

/** @param bytes 32 of them */
export function ed25519Key(bytes: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI, bytes]), format: "der", type: "spki" });
}

/** Whether the signature is right under one of the public keys. */
export function ed25519Matches(keys: readonly KeyObject[], signed: Uint8Array, signature: Uint8Array): boolean {
  return keys.some((key) => verify(null, signed, key, signature));
}
