/**
 * GitHub: HMAC-SHA256 of the body, in hexadecimal after `sha256=`.
 * Source: docs.github.com, "Validating webhook deliveries".
 */
import { decodeHex } from "./encodings";
import { checkHmac } from "./hmac-check";
import { headerOf, type Secrets, type SignedRequest, unverified, type Verdict } from "./signed-request";

const PREFIX = "sha256=";

export function verifyGithub(request: SignedRequest, { secrets }: Secrets): Verdict {
  const header = headerOf(request, "x-hub-signature-256");
  if (header === "") return unverified("SIGNATURE_MISSING");
  const signature = header.startsWith(PREFIX) ? decodeHex(header.slice(PREFIX.length), 32) : undefined;
  if (signature === undefined) return unverified("SIGNATURE_MALFORMED");
  return checkHmac({ algorithm: "sha256", secrets, signed: [request.body], signatures: [signature] });
}
