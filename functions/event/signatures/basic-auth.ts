/** HTTP basic authentication (RFC 7617). A secret is `user:password`. It proves who may send, and nothing about the body. */
import { decodeAnyBase64 } from "./encodings";
import { headerOf, type Secrets, type SignedRequest, unverified, VERIFIED, type Verdict } from "./signed-request";
import { isSameText } from "./text-equality";

export function verifyBasicAuth(request: SignedRequest, { secrets }: Secrets): Verdict {
  const header = headerOf(request, "authorization");
  if (header === "") return unverified("SIGNATURE_MISSING");
  const [, encoded] = /^basic +(\S+)$/i.exec(header) ?? [];
  const given = encoded === undefined ? undefined : decodeAnyBase64(encoded);
  if (given === undefined) return unverified("SIGNATURE_MALFORMED");
  const credentials = secrets.filter((secret) => secret.includes(":"));
  if (credentials.length === 0) return unverified("SECRET_UNUSABLE");
  // As bytes: not every password is valid UTF-8, and two that are not would decode to the same.
  const bytes = given.toString("latin1");
  const matches = credentials.some((each) => isSameText(bytes, Buffer.from(each).toString("latin1")));
  return matches ? VERIFIED : unverified("SIGNATURE_MISMATCH");
}
