/**
 * Square: HMAC-SHA256 of the notification URL, exactly as it was subscribed, and the body, in base64.
 * Source: developer.squareup.com, "Verify and validate an event notification"; WebhooksHelper of square-nodejs-sdk.
 */
import { decodeBase64 } from "./encodings";
import { checkHmac } from "./hmac-check";
import { headerOf, type Secrets, type SignedRequest, unverified, type Verdict } from "./signed-request";

export function verifySquare(request: SignedRequest, { secrets }: Secrets): Verdict {
  const { body, publicUrl } = request;
  if (publicUrl === undefined || publicUrl === "") return unverified("URL_MISSING");
  const header = headerOf(request, "x-square-hmacsha256-signature");
  if (header === "") return unverified("SIGNATURE_MISSING");
  const signature = decodeBase64(header, 32);
  if (signature === undefined) return unverified("SIGNATURE_MALFORMED");
  return checkHmac({ algorithm: "sha256", secrets, signed: [publicUrl, body], signatures: [signature] });
}
