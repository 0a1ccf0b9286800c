import { checkHmac, textKeys } from "./hmac-check";
import { headerOf, type Secrets, type SignedRequest, unverified, type Verdict } from "./signed-request";
import { checkAge, parseTimestamp, type Tolerance } from "./timestamp";

const VERSION = "v0";
const PREFIX = `${VERSION}=`;

/** Slack's scheme, which Zoom took over: HMAC-SHA256 of `v0:timestamp:body`, in hexadecimal after `v0=`. */
export function verifyTimestampedHmac(
  request: SignedRequest,
  secrets: Secrets,
  headers: { readonly signature: string; readonly timestamp: string },
  tolerance: Tolerance,
): Verdict {
  const header = headerOf(request, headers.signature);
  if (header === "") return unverified("SIGNATURE_MISSING");
  const timestamp = headerOf(request, headers.timestamp);
  if (timestamp === "") return unverified("SIGNED_PART_MISSING");
  const timestampSeconds = parseTimestamp(timestamp);
  if (timestampSeconds === undefined) return unverified("TIMESTAMP_MALFORMED");
  if (!header.startsWith(PREFIX)) return unverified("SIGNATURE_MALFORMED");

  const verdict = checkHmac({
    algorithm: "sha256",
    encoding: "hex",
    keys: textKeys(secrets),
    signed: [`${VERSION}:${timestamp}:`, request.body],
    signatures: [header.slice(PREFIX.length)],
  });
  // Only of what is rightly signed: then the reason tells an operator of a slow way, not of a forger.
  return verdict.verified ? checkAge(timestampSeconds, request.receivedAtMs, tolerance) : verdict;
}
