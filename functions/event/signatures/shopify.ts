/**
 * Shopify: HMAC-SHA256 of the body with the app's client secret, in base64.
 * Source: shopify.dev, "Deliver webhooks through HTTPS", verify a webhook.
 */
import { decodeBase64 } from "./encodings";
import { checkHmac } from "./hmac-check";
import { headerOf, type Secrets, type SignedRequest, unverified, type Verdict } from "./signed-request";

export function verifyShopify(request: SignedRequest, { secrets }: Secrets): Verdict {
  const header = headerOf(request, "x-shopify-hmac-sha256");
  if (header === "") return unverified("SIGNATURE_MISSING");
  const signature = decodeBase64(header, 32);
  if (signature === undefined) return unverified("SIGNATURE_MALFORMED");
  return checkHmac({ algorithm: "sha256", secrets, signed: [request.body], signatures: [signature] });
}
