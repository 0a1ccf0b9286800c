import { decodeHex } from "./encodings";
import { checkHmac } from "./hmac-check";
import { headerOf, type Secrets, type SignedRequest, unverified, type Verdict } from "./signed-request";
import { checkAge, parseTimestamp, type Tolerance } from "./timestamp";

const VERSION = "v0";

/** Slack's scheme, which Zoom took over: HMAC-SHA256 of `v0:timestamp:body`, in hexadecimal after `v0=`. */
export function verifyTimestampedHmac(
  request: SignedRequest,
  { secrets }: Secrets,
  headers: { readonly signature: string; readonly timestamp: string },
  tolerance: Tolerance,
): Verdict {
  const header = headerOf(request, headers.signature);
  if (header === "") return unverified("SIGNATURE_MISSING");
  const timestamp = headerOf(request, headers.timestamp);
  if (timestamp === "") return unverified("SIGNED_PART_MISSING");
  const timestampSeconds = parseTimestamp(timestamp);
  if (timestampSeconds === undefined) return unverified("TIMESTAMP_MALFORMED");
  const prefix = `${VERSION}=`;
  const signature = header.startsWith(prefix) ? decodeHex(header.slice(prefix.length), 32) : undefined;
  if (signature === undefined) return unverified("SIGNATURE_MALFORMED");

  const signed = [`${VERSION}:${timestamp}:`, request.body];
  const verdict = checkHmac({ algorithm: "sha256", secrets, signed, signatures: [signature] });
  // Only of what is rightly signed: then the reason tells an operator of a slow way, not of a forger.
  return verdict.verified ? checkAge(timestampSeconds, request.receivedAtMs, tolerance) : verdict;
}
