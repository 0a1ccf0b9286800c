/**
 * A token that sender and receiver share, in a header as it is: GitLab's `X-Gitlab-Token`, `Authorization: Bearer …`. It
 * proves who may send, and nothing about the body.
 */
import { headerOf, type Secrets, type SignedRequest, unverified, VERIFIED, type Verdict } from "./signed-request";
import { isSameText } from "./text-equality";

/** Where the token is. */
export interface TokenForm {
  /** In lower case. @default "authorization" */
  readonly header?: string | undefined;
  /** What stands before the token, such as "Bearer ". @default "" */
  readonly prefix?: string | undefined;
}

export type SharedTokenOptions = Secrets & TokenForm;

export function verifySharedToken(
  request: SignedRequest,
  { secrets, header = "authorization", prefix = "" }: SharedTokenOptions,
): Verdict {
  const value = headerOf(request, header);
  if (value === "") return unverified("SIGNATURE_MISSING");
  if (!value.startsWith(prefix) || value.length === prefix.length) return unverified("SIGNATURE_MALFORMED");
  const tokens = secrets.filter((secret) => secret !== "");
  if (tokens.length === 0) return unverified("SECRET_UNUSABLE");
  const given = value.slice(prefix.length);
  return tokens.some((token) => isSameText(given, token)) ? VERIFIED : unverified("SIGNATURE_MISMATCH");
}
