/** Any other sender that signs with an HMAC: the settings say of what, and how it is written. */
import { decodeAnyBase64, decodeHex } from "./encodings";
import { checkHmac, type HmacAlgorithm, type SignatureEncoding, secretKeys, textKeys } from "./hmac-check";
import { oncePerSecrets } from "./once-per-secrets";
import { headerOf, type Secrets, type SignedRequest, unverified, type Verdict } from "./signed-request";
import { checkAge, parseTimestamp } from "./timestamp";

export type SignedPart = "body" | "url" | "method" | { readonly header: string } | { readonly text: string };

/** How a sender signs. */
export interface HmacForm {
  /** The header with the signature; its name in any case. */
  readonly header: string;
  readonly algorithm: HmacAlgorithm;
  readonly encoding: SignatureEncoding;
  /** What stands before the signature, such as "sha256=". @default "" */
  readonly prefix?: string | undefined;
  /** What stands between several signatures in the header, each with its prefix. Absent: there is one. */
  readonly listSeparator?: string | undefined;
  /** What is signed, in this order. @default ["body"] */
  readonly signed?: readonly SignedPart[] | undefined;
  /** What stands between the signed parts. @default "" */
  readonly separator?: string | undefined;
  /** Where the time of signing is. It must be among the signed parts, or it says nothing. Absent: no age is checked. */
  readonly timestamp?: { readonly header: string; readonly unit: "s" | "ms" } | undefined;
  /** Into the past and into the future, when there is a timestamp. @default 300 */
  readonly toleranceSeconds?: number | undefined;
  /** How the key is written in the secret. @default "utf8" */
  readonly secretEncoding?: "utf8" | "hex" | "base64" | undefined;
}

/** As many as a stranger may make us look at. */
const MOST_SIGNATURES = 16;

export function verifyHmac(request: SignedRequest, secrets: Secrets, form: HmacForm): Verdict {
  const { timestamp, toleranceSeconds = 300 } = form;
  const header = headerOf(request, form.header.toLowerCase());
  if (header === "") return unverified("SIGNATURE_MISSING");
  const signed = signedBytes(request, form);
  if (typeof signed === "string") return unverified(signed);
  const signedAt =
    timestamp === undefined ? undefined : parseTimestamp(headerOf(request, timestamp.header.toLowerCase()));
  if (timestamp !== undefined && signedAt === undefined) return unverified("TIMESTAMP_MALFORMED");

  const { algorithm, encoding, secretEncoding = "utf8" } = form;
  const keys = KEYS[secretEncoding](secrets);
  const verdict = checkHmac({ algorithm, encoding, keys, signed, signatures: signaturesOf(header, form) });
  if (!verdict.verified || timestamp === undefined || signedAt === undefined) return verdict;
  const tolerance = { pastSeconds: toleranceSeconds, futureSeconds: toleranceSeconds };
  return checkAge(timestamp.unit === "ms" ? Math.floor(signedAt / 1_000) : signedAt, request.receivedAtMs, tolerance);
}

function signaturesOf(header: string, { prefix = "", listSeparator }: HmacForm): readonly string[] {
  const written = listSeparator === undefined ? [header] : header.split(listSeparator, MOST_SIGNATURES);
  const signatures: string[] = [];
  for (const text of written) if (text.startsWith(prefix)) signatures.push(text.slice(prefix.length));
  return signatures;
}

/** @returns the reason when a part is not there: what a sender left out is not signed */
function signedBytes(
  request: SignedRequest,
  { signed = ["body"], separator = "" }: HmacForm,
): (string | Uint8Array)[] | "SIGNED_PART_MISSING" | "URL_MISSING" {
  const bytes: (string | Uint8Array)[] = [];
  let text = "";
  for (const [at, part] of signed.entries()) {
    if (at > 0) text += separator;
    if (part === "body") {
      bytes.push(text, request.body);
      text = "";
    } else {
      const value = textOf(part, request);
      if (value === "") return part === "url" ? "URL_MISSING" : "SIGNED_PART_MISSING";
      text += value;
    }
  }
  bytes.push(text);
  return bytes;
}

function textOf(part: Exclude<SignedPart, "body">, request: SignedRequest): string {
  if (part === "method") return request.method;
  if (part === "url") return request.publicUrl ?? "";
  return "text" in part ? part.text : headerOf(request, part.header.toLowerCase());
}

const KEYS = {
  utf8: textKeys,
  hex: oncePerSecrets((secrets) =>
    secretKeys(secrets.map((secret) => decodeHex(secret, Math.floor(secret.length / 2)))),
  ),
  base64: oncePerSecrets((secrets) => secretKeys(secrets.map(decodeAnyBase64))),
};
