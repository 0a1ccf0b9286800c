/**
 * Twilio: HMAC-SHA1 with the auth token, in base64. Of a form: of the whole URL, then each parameter's name and values,
 * sorted by name. Of any other body: of the URL alone, whose query names the body's SHA-256 as bodySHA256.
 * Source: twilio.com/docs/usage/security, "Validating requests"; twilio-node, webhooks.ts.
 */
import { hash, timingSafeEqual } from "node:crypto";
import { parse } from "node:querystring";
import { decodeHex } from "./encodings";
import { checkHmac, textKeys } from "./hmac-check";
import { headerOf, type Secrets, type SignedRequest, unverified, type Verdict } from "./signed-request";
import { canonicalTwilioUrl, otherTwilioUrls } from "./twilio-url";

export function verifyTwilio(request: SignedRequest, secrets: Secrets): Verdict {
  const { body, publicUrl = "" } = request;
  if (publicUrl === "") return unverified("URL_MISSING");
  const signature = headerOf(request, "x-twilio-signature");
  if (signature === "") return unverified("SIGNATURE_MISSING");

  const named = bodyHashOf(publicUrl);
  const verdict = checkUrls(publicUrl, named === undefined ? parametersOf(body) : "", secrets, signature);
  return verdict.verified && named !== undefined && !isHashOf(named, body) ? unverified("BODY_HASH_MISMATCH") : verdict;
}

/** What is signed, whichever form of the URL was: the same for two requests that the same signature fits. */
export function twilioContent({ body, publicUrl = "" }: SignedRequest): readonly string[] {
  const parameters = bodyHashOf(publicUrl) === undefined ? parametersOf(body) : "";
  return [canonicalTwilioUrl(publicUrl), "\n", parameters];
}

function checkUrls(url: string, parameters: string, secrets: Secrets, signature: string): Verdict {
  const check = (form: string) =>
    checkHmac({
      algorithm: "sha1",
      encoding: "base64",
      keys: textKeys(secrets),
      signed: [form + parameters],
      signatures: [signature],
    });
  // As it came first, which is nearly always the one: the other forms cost more than the signature.
  let verdict = check(url);
  if (verdict.verified) return verdict;
  for (const form of otherTwilioUrls(url)) {
    verdict = check(form);
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

function isHashOf(named: string, body: Uint8Array): boolean {
  const expected = decodeHex(named, 32);
  return expected !== undefined && timingSafeEqual(expected, hash("sha256", body, "buffer"));
}
