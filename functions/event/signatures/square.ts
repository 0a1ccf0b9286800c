/**
 * Square: HMAC-SHA256 of the notification URL, exactly as it was subscribed, and the body, in base64.
 * Source: developer.squareup.com, "Verify and validate an event notification"; WebhooksHelper of square-nodejs-sdk.
 */
import { checkHmac, textKeys } from "./hmac-check";
import { headerOf, type Secrets, type SignedRequest, unverified, type Verdict } from "./signed-request";

export function verifySquare(request: SignedRequest, secrets: Secrets): Verdict {
  const { body, publicUrl = "" } = request;
  if (publicUrl === "") return unverified("URL_MISSING");
  const signature = headerOf(request, "x-square-hmacsha256-signature");
  if (signature === "") return unverified("SIGNATURE_MISSING");
  return checkHmac({
    algorithm: "sha256",
    encoding: "base64",
    keys: textKeys(secrets),
    signed: [publicUrl, body],
    signatures: [signature],
  });
}
