/**
 * Twilio: HMAC-SHA1 with the auth token, in base64. Of a form: of the whole URL, then each parameter's name and values,
 * sorted by name. Of any other body: of the URL alone, whose query names the body's SHA-256 as bodySHA256.
 * Source: twilio.com/docs/usage/security, "Validating requests"; twilio-node, webhooks.ts.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { parse } from "node:querystring";
import { decodeBase64, decodeHex } from "./encodings";
import { checkHmac } from "./hmac-check";
import { headerOf, type Secrets, type SignedRequest, unverified, type Verdict } from "./signed-request";
import { canonicalTwilioUrl, urlsTwilioSigns } from "./twilio-url";

export function verifyTwilio(request: SignedRequest, { secrets }: Secrets): Verdict {
  const { body, publicUrl = "" } = request;
  if (publicUrl === "") return unverified("URL_MISSING");
  const header = headerOf(request, "x-twilio-signature");
  if (header === "") return unverified("SIGNATURE_MISSING");
  const signature = decodeBase64(header, 20);
  if (signature === undefined) return unverified("SIGNATURE_MALFORMED");

  const named = bodyHashOf(publicUrl);
  const verdict = checkUrls(publicUrl, named === undefined ? parametersOf(body) : "", secrets, signature);
  return verdict.verified && named !== undefined && !isHashOf(named, body) ? unverified("BODY_HASH_MISMATCH") : verdict;
}

/** What is signed, whichever form of the URL was: the same for two requests that the same signature fits. */
export function twilioContent({ body, publicUrl = "" }: SignedRequest): readonly string[] {
  const parameters = bodyHashOf(publicUrl) === undefined ? parametersOf(body) : "";
  return [canonicalTwilioUrl(publicUrl), "\n", parameters];
}

function checkUrls(url: string, parameters: string, secrets: readonly string[], signature: Buffer): Verdict {
  let verdict = unverified("SIGNATURE_MISMATCH");
  for (const form of urlsTwilioSigns(url)) {
    verdict = checkHmac({ algorithm: "sha1", secrets, signed: [form + parameters], signatures: [signature] });
    if (verdict.verified) break;
  }
  return verdict;
}

/** Names and values are not separated in what is signed, and a value that comes twice counts once. */
function parametersOf(body: Uint8Array): string {
  const form = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  // maxKeys: by itself it stops at 1,000 parameters, and the others would be taken unsigned.
  const parameters = parse(form, "&", "=", { maxKeys: 0 });
  let text = "";
  for (const name of Object.keys(parameters).sort()) {
    const value = parameters[name] ?? "";
    const values = typeof value === "string" ? [value] : [...new Set(value)].sort();
    for (const each of values) text += name + each;
  }
  return text;
}

/** @returns undefined for a URL without one; the text as it stands there otherwise */
function bodyHashOf(url: string): string | undefined {
  return /[?&]bodySHA256=([^&#]*)/.exec(url)?.[1];
}

function isHashOf(hash: string, body: Uint8Array): boolean {
  const named = decodeHex(hash, 32);
  return named !== undefined && timingSafeEqual(named, createHash("sha256").update(body).digest());
}
