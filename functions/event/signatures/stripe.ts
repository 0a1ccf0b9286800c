/**
 * Stripe: `t=<seconds>,v1=<HMAC-SHA256 of "t.body" in hexadecimal>[,v1=…]`; other members, such as v0, are not looked at.
 * Source: docs.stripe.com, "Receive Stripe events in your webhook endpoint", verify manually; Webhooks.ts of stripe-node,
 * which checks the past only.
 */
import { checkHmac, textKeys } from "./hmac-check";
import { headerOf, type Secrets, type SignedRequest, unverified, type Verdict } from "./signed-request";
import { checkAge, parseTimestamp } from "./timestamp";

export interface StripeOptions {
  /** Into the past. @default 300, Stripe's own */
  readonly toleranceSeconds?: number | undefined;
}

export function verifyStripe(
  request: SignedRequest,
  secrets: Secrets,
  { toleranceSeconds = 300 }: StripeOptions,
): Verdict {
  const header = headerOf(request, "stripe-signature");
  if (header === "") return unverified("SIGNATURE_MISSING");
  const { timestamps, signatures } = membersOf(header);
  const [timestamp] = timestamps;
  // More than one: a header that came twice.
  if (timestamp === undefined || timestamps.length > 1) return unverified("TIMESTAMP_MALFORMED");
  const timestampSeconds = parseTimestamp(timestamp);
  if (timestampSeconds === undefined) return unverified("TIMESTAMP_MALFORMED");

  const verdict = checkHmac({
    algorithm: "sha256",
    encoding: "hex",
    keys: textKeys(secrets),
    signed: [`${timestamp}.`, request.body],
    signatures,
  });
  return verdict.verified
    ? checkAge(timestampSeconds, request.receivedAtMs, { pastSeconds: toleranceSeconds })
    : verdict;
}

function membersOf(header: string): { readonly timestamps: readonly string[]; readonly signatures: readonly string[] } {
  const timestamps: string[] = [];
  const signatures: string[] = [];
  for (const member of header.split(",")) {
    if (member.startsWith("v1=")) signatures.push(member.slice(3));
    // Of a header that came twice, the second one may have a space before it.
    else if (member.trimStart().startsWith("t=")) timestamps.push(member.slice(2));
  }
  return { timestamps, signatures };
}
