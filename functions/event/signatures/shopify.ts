/**
 * Shopify: HMAC-SHA256 of the body with the app's client secret, in base64.
 * Source: shopify.dev, "Deliver webhooks through HTTPS", verify a webhook.
 */
import { checkHmac, textKeys } from "./hmac-check";
import { headerOf, type Secrets, type SignedRequest, unverified, type Verdict } from "./signed-request";

export function verifyShopify(request: SignedRequest, secrets: Secrets): Verdict {
  const signature = headerOf(request, "x-shopify-hmac-sha256");
  if (signature === "") return unverified("SIGNATURE_MISSING");
  return checkHmac({
    algorithm: "sha256",
    encoding: "base64",
    keys: textKeys(secrets),
    signed: [request.body],
    signatures: [signature],
  });
}
