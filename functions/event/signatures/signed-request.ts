/** A request as its sender signed it. */
export interface SignedRequest {
  /** Names in lower case; of a header that came more than once, the values joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes that the sender sent. Empty where it sent none, whatever the ingress put in their place. */
  readonly body: Uint8Array;
  /** When the API received it: what timestamps are checked against. Milliseconds since the epoch. */
  readonly receivedAtMs: number;
  readonly method: string;
  /** The whole URL as the sender called it, with the query. Only for schemes that sign it. */
  readonly publicUrl?: string;
}

/** Why a request is not verified. Stable: they stand in records, logs and metrics. The sender is told none of them. */
export const UNVERIFIED_CODES = [
  "SIGNATURE_MISSING", // no such header, or an empty one
  "SIGNATURE_MALFORMED", // nothing in the header is a signature of this scheme, in its encoding and length
  "SIGNATURE_MISMATCH", // another secret, or other bytes
  "SIGNED_PART_MISSING", // a header that is signed with the body did not come
  "TIMESTAMP_MALFORMED",
  "TIMESTAMP_TOO_OLD", // rightly signed, longer before the request was received than the tolerance
  "TIMESTAMP_IN_FUTURE",
  "BODY_HASH_MISMATCH", // the signed URL names another body
  "SECRET_UNUSABLE", // ours: no secret at all, or none that this scheme can use
  "URL_MISSING", // ours: the scheme signs the URL, and the source has none
] as const;
export type UnverifiedCode = (typeof UNVERIFIED_CODES)[number];

/** Reasons that are a mistake of ours: nothing was found out about the sender, so it must not be refused for them. */
export const OUR_MISTAKES: readonly UnverifiedCode[] = ["SECRET_UNUSABLE", "URL_MISSING"];

export type Verdict = { readonly verified: true } | { readonly verified: false; readonly reason: UnverifiedCode };

export const VERIFIED: Verdict = { verified: true };

export function unverified(reason: UnverifiedCode): Verdict {
  return { verified: false, reason };
}

/** All that are valid now: during a rotation the old one and the new one. */
export type Secrets = readonly string[];

/** @returns the header's value, empty when it is absent */
export function headerOf({ headers }: Pick<SignedRequest, "headers">, name: string): string {
  return Object.hasOwn(headers, name) ? (headers[name] ?? "") : "";
}
