/**
 * GitHub: HMAC-SHA256 of the body, in hexadecimal after `sha256=`.
 * Source: docs.github.com, "Validating webhook deliveries".
 */
import { checkHmac, textKeys } from "./hmac-check";
import { headerOf, type Secrets, type SignedRequest, unverified, type Verdict } from "./signed-request";

const PREFIX = "sha256=";

export function verifyGithub(request: SignedRequest, secrets: Secrets): Verdict {
  const header = headerOf(request, "x-hub-signature-256");
  if (header === "") return unverified("SIGNATURE_MISSING");
  if (!header.startsWith(PREFIX)) return unverified("SIGNATURE_MALFORMED");
  return checkHmac({
    algorithm: "sha256",
    encoding: "hex",
    keys: textKeys(secrets),
    signed: [request.body],
    signatures: [header.slice(PREFIX.length)],
  });
}
