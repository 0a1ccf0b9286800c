/**
 * A token that sender and receiver share, in a header as it is: GitLab's `X-Gitlab-Token`, `Authorization: Bearer …`. It
 * proves who may send, and nothing about the body.
 */

import { isOneOf, secretHashes } from "./secret-hashes";
import { headerOf, type Secrets, type SignedRequest, unverified, VERIFIED, type Verdict } from "./signed-request";

/** Where the token is. */
export interface TokenForm {
  /** Its name in any case. @default "authorization" */
  readonly header?: string | undefined;
  /** What stands before the token, such as "Bearer ". @default "" */
  readonly prefix?: string | undefined;
}

export function verifySharedToken(
  request: SignedRequest,
  secrets: Secrets,
  { header = "authorization", prefix = "" }: TokenForm,
): Verdict {
  const value = headerOf(request, header.toLowerCase());
  if (value === "") return unverified("SIGNATURE_MISSING");
  if (!value.startsWith(prefix) || value.length === prefix.length) return unverified("SIGNATURE_MALFORMED");
  const tokens = secretHashes(secrets);
  if (tokens.length === 0) return unverified("SECRET_UNUSABLE");
  return isOneOf(tokens, value.slice(prefix.length)) ? VERIFIED : unverified("SIGNATURE_MISMATCH");
}
