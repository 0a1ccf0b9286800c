/** Which headers a source's requests need, and in which set they travel with direct ingress. Pure. */
import { createHash } from "node:crypto";
import type { Source } from "../functions/environment";
import { DEFAULT_SET, EVERY_SENDER, type HeaderSet, headerSet, headersOf, SENDER_NAMES } from "./header-sets";

/** A header, with the part of a source's settings that needs it. */
export interface NeededHeader {
  /** Lower case. */
  readonly header: string;
  readonly setting: "signature" | "identity" | "types";
}

/** What the settings name. What a sender's own scheme needs is in the sender's set. */
export function neededHeaders({ signature, identity, types }: Source): NeededHeader[] {
  const headers = {
    signature: signatureHeaders(signature),
    identity: typeof identity === "object" && "header" in identity ? [identity.header] : [],
    types: types !== undefined && "header" in types ? [types.header] : [],
  };
  return (["signature", "identity", "types"] as const).flatMap((setting) =>
    headers[setting].map((header) => ({ header: header.toLowerCase(), setting })),
  );
}

function signatureHeaders(signature: Source["signature"]): string[] {
  switch (signature.scheme) {
    case "hmac": {
      const { header, timestamp, signed = [] } = signature;
      const parts = signed.flatMap((part) => (typeof part === "object" && "header" in part ? [part.header] : []));
      return [header, ...(timestamp === undefined ? [] : [timestamp.header]), ...parts];
    }
    case "shared-token":
      return [signature.header ?? "authorization"];
    case "basic-auth":
      return ["authorization"];
    default:
      return [];
  }
}

/** The set that a source's requests travel with: its sender's, the one of every path, or one of its own. */
export function sourceSet(source: Source): HeaderSet {
  const sender = SENDER_NAMES.find((name) => name === source.signature.scheme);
  if (sender !== undefined) return headerSet(sender);
  const needed = neededHeaders(source).map(({ header }) => header);
  if (needed.every((header) => headersOf(DEFAULT_SET).includes(header))) return headerSet(DEFAULT_SET);
  return ownSet(source.name, [...new Set([...EVERY_SENDER, ...needed])]);
}

/**
 * A message carries values by position: one that was queued before the headers changed must not be read by the new ones.
 * So their hash is in the name, and it is rejected as HEADER_SET_UNKNOWN, with everything in its record.
 */
function ownSet(sourceName: string, headers: readonly string[]): HeaderSet {
  const hash = createHash("sha256").update(headers.join("\n")).digest("hex").slice(0, 6);
  return { name: `source-${sourceName}-${hash}`, headers };
}

/** Whether it is a source's, and not one that every stack has. */
export function isOwnSet({ name }: HeaderSet): boolean {
  const known: readonly string[] = [DEFAULT_SET, ...SENDER_NAMES];
  return !known.includes(name);
}

export function ownSets(sources: readonly Source[]): HeaderSet[] {
  return sources.map(sourceSet).filter(isOwnSet);
}
