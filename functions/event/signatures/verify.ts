import { verifyBasicAuth } from "./basic-auth";
import { verifyDiscord } from "./discord";
import { verifyGithub } from "./github";
import { verifyHmac } from "./hmac";
import type { Scheme } from "./scheme";
import { verifySharedToken } from "./shared-token";
import { verifyShopify } from "./shopify";
import { type Secrets, type SignedRequest, VERIFIED, type Verdict } from "./signed-request";
import { verifySlack } from "./slack";
import { verifySquare } from "./square";
import { verifyStandardWebhooks, verifySvix } from "./standard-webhooks";
import { verifyStripe } from "./stripe";
import { twilioContent, verifyTwilio } from "./twilio";
import { verifyZoom } from "./zoom";

/**
 * Whether a request is signed as its source says. Pure: the clock is the request's own receive time. Never throws.
 * @param secrets all that are valid now; not needed for "none"
 */
export function verify(request: SignedRequest, form: Scheme, secrets: Secrets): Verdict {
  switch (form.scheme) {
    case "standard-webhooks":
      return verifyStandardWebhooks(request, secrets, form);
    case "svix":
      return verifySvix(request, secrets, form);
    case "github":
      return verifyGithub(request, secrets);
    case "stripe":
      return verifyStripe(request, secrets, form);
    case "shopify":
      return verifyShopify(request, secrets);
    case "slack":
      return verifySlack(request, secrets, form);
    case "twilio":
      return verifyTwilio(request, secrets);
    case "square":
      return verifySquare(request, secrets);
    case "zoom":
      return verifyZoom(request, secrets, form);
    case "discord":
      return verifyDiscord(request, secrets, form);
    case "hmac":
      return verifyHmac(request, secrets, form);
    case "shared-token":
      return verifySharedToken(request, secrets, form);
    case "basic-auth":
      return verifyBasicAuth(request, secrets);
    case "none":
      return VERIFIED;
    default:
      return form satisfies never;
  }
}

/**
 * What of a request its signature is about, apart from the time: the same for every delivery of one event, and nothing in
 * it can be changed around a captured signature. The body; of Twilio's, the URL and the parameters.
 */
export function contentOf(
  request: SignedRequest,
  { scheme }: Pick<Scheme, "scheme">,
): readonly (string | Uint8Array)[] {
  return scheme === "twilio" ? twilioContent(request) : [request.body];
}

/** Headers that are the secret itself, lower case: whoever reads one can send in the sender's name. They are not kept. */
export function credentialHeaders(form: Scheme): readonly string[] {
  if (form.scheme === "basic-auth") return ["authorization"];
  return form.scheme === "shared-token" ? [(form.header ?? "authorization").toLowerCase()] : [];
}
