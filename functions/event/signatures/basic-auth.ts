/** HTTP basic authentication (RFC 7617). A secret is `user:password`. It proves who may send, and nothing about the body. */
import { decodeAnyBase64 } from "./encodings";
import { oncePerSecrets } from "./once-per-secrets";
import { isOneOf, secretHashes } from "./secret-hashes";
import { headerOf, type Secrets, type SignedRequest, unverified, VERIFIED, type Verdict } from "./signed-request";

const credentialHashes = oncePerSecrets((secrets) => secretHashes(secrets.filter((secret) => secret.includes(":"))));

export function verifyBasicAuth(request: SignedRequest, secrets: Secrets): Verdict {
  const header = headerOf(request, "authorization");
  if (header === "") return unverified("SIGNATURE_MISSING");
  const [, encoded] = /^basic +(\S+)$/i.exec(header) ?? [];
  const given = encoded === undefined ? undefined : decodeAnyBase64(encoded);
  if (given === undefined) return unverified("SIGNATURE_MALFORMED");
  const credentials = credentialHashes(secrets);
  if (credentials.length === 0) return unverified("SECRET_UNUSABLE");
  return isOneOf(credentials, given) ? VERIFIED : unverified("SIGNATURE_MISMATCH");
}
