/** Any other sender that signs with an HMAC: the settings say of what, and how it is written. */
import { decodeAnyBase64, decodeHex } from "./encodings";
import { HMAC_BYTES, type HmacAlgorithm, hmacMatches } from "./hmac-check";
import { headerOf, type Secrets, type SignedRequest, unverified, VERIFIED, type Verdict } from "./signed-request";
import { checkAge, parseTimestamp } from "./timestamp";

export const SIGNATURE_ENCODINGS = ["hex", "hex-upper-case", "base64", "base64url"] as const;
export type SignatureEncoding = (typeof SIGNATURE_ENCODINGS)[number];

export type SignedPart = "body" | "url" | "method" | { readonly header: string } | { readonly text: string };

/** How a sender signs. */
export interface HmacForm {
  /** The header with the signature, in lower case. */
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

export type HmacOptions = Secrets & HmacForm;

/** As many as a stranger may make us look at. */
const MOST_SIGNATURES = 16;

export function verifyHmac(request: SignedRequest, options: HmacOptions): Verdict {
  const { algorithm, timestamp, toleranceSeconds = 300 } = options;
  const header = headerOf(request, options.header);
  if (header === "") return unverified("SIGNATURE_MISSING");
  const signatures = signaturesOf(header, options);
  if (signatures.length === 0) return unverified("SIGNATURE_MALFORMED");
  const signed = signedBytes(request, options);
  if (typeof signed === "string") return unverified(signed);
  const signedAt = timestamp === undefined ? undefined : parseTimestamp(headerOf(request, timestamp.header));
  if (timestamp !== undefined && signedAt === undefined) return unverified("TIMESTAMP_MALFORMED");
  const keys = keysOf(options);
  if (keys.length === 0) return unverified("SECRET_UNUSABLE");

  if (!hmacMatches({ algorithm, keys, signed, signatures })) return unverified("SIGNATURE_MISMATCH");
  if (timestamp === undefined || signedAt === undefined) return VERIFIED;
  const tolerance = { pastSeconds: toleranceSeconds, futureSeconds: toleranceSeconds };
  return checkAge(timestamp.unit === "ms" ? Math.floor(signedAt / 1_000) : signedAt, request.receivedAtMs, tolerance);
}

function signaturesOf(header: string, { algorithm, encoding, prefix = "", listSeparator }: HmacForm): Buffer[] {
  const written = listSeparator === undefined ? [header] : header.split(listSeparator, MOST_SIGNATURES);
  return written.flatMap((text) => {
    if (!text.startsWith(prefix)) return [];
    return decode(text.slice(prefix.length), encoding, HMAC_BYTES[algorithm]) ?? [];
  });
}

function decode(text: string, encoding: SignatureEncoding, byteLength: number): Buffer | undefined {
  switch (encoding) {
    case "hex":
      return decodeHex(text, byteLength);
    case "hex-upper-case":
      return /[a-z]/.test(text) ? undefined : decodeHex(text.toLowerCase(), byteLength);
    case "base64":
    case "base64url": {
      const bytes = Buffer.from(text, "base64");
      return bytes.byteLength === byteLength && bytes.toString(encoding) === text ? bytes : undefined;
    }
    default:
      return encoding satisfies never;
  }
}

/** @returns the reason when a part is not there: what a sender left out is not signed */
function signedBytes(
  request: SignedRequest,
  { signed = ["body"], separator = "" }: HmacForm,
): (string | Uint8Array)[] | "SIGNED_PART_MISSING" | "URL_MISSING" {
  const bytes: (string | Uint8Array)[] = [];
  for (const part of signed) {
    if (bytes.length > 0 && separator !== "") bytes.push(separator);
    if (part === "body") bytes.push(request.body);
    else if (part === "method") bytes.push(request.method);
    else if (part === "url") bytes.push(request.publicUrl ?? "");
    else if ("text" in part) bytes.push(part.text);
    else bytes.push(headerOf(request, part.header));
    if (part === "url" && (request.publicUrl ?? "") === "") return "URL_MISSING";
    if (typeof part === "object" && "header" in part && headerOf(request, part.header) === "") {
      return "SIGNED_PART_MISSING";
    }
  }
  return bytes;
}

function keysOf({ secrets, secretEncoding = "utf8" }: HmacOptions): Buffer[] {
  const keys = secrets.flatMap((secret) => {
    if (secretEncoding === "utf8") return Buffer.from(secret);
    if (secretEncoding === "base64") return decodeAnyBase64(secret) ?? [];
    return decodeHex(secret, Math.floor(secret.length / 2)) ?? [];
  });
  return keys.filter((key) => key.byteLength > 0);
}
