import { hash, timingSafeEqual } from "node:crypto";
import { oncePerSecrets } from "./once-per-secrets";

/** Hashes of secrets, to compare with. Empty ones are no secrets. */
export const secretHashes = oncePerSecrets((secrets) => secrets.filter((secret) => secret !== "").map(hashOf));

/** Whether a text is one of the hashed ones. How long it takes says nothing about where it differs, nor how long they are. */
export function isOneOf(hashes: readonly Buffer[], text: string | Uint8Array): boolean {
  const given = hashOf(text);
  return hashes.some((each) => timingSafeEqual(given, each));
}

function hashOf(text: string | Uint8Array): Buffer {
  return hash("sha256", text, "buffer");
}
