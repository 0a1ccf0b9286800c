import { createPublicKey, type KeyObject, verify } from "node:crypto";

export const ED25519_KEY_BYTES = 32;
export const ED25519_SIGNATURE_BYTES = 64;

/** What stands before the key in its DER form (RFC 8410, 4 and 10.1). */
const SPKI = Buffer.from("302a300506032b6570032100", "hex");

/** Importing a key costs as much as a check, so keys are kept. A rotation adds one now and then. */
const imported = new Map<string, KeyObject>();
const KEPT_KEYS = 64;

/** Whether the signature is right under one of the public keys, which are of 32 bytes. */
export function ed25519Matches(keys: readonly Buffer[], signed: Uint8Array, signature: Uint8Array): boolean {
  return keys.some((key) => verify(null, signed, keyObject(key), signature));
}

function keyObject(key: Buffer): KeyObject {
  const name = key.toString("base64");
  const known = imported.get(name);
  if (known !== undefined) return known;
  if (imported.size >= KEPT_KEYS) imported.clear();
  const made = createPublicKey({ key: Buffer.concat([SPKI, key]), format: "der", type: "spki" });
  imported.set(name, made);
  return made;
}
