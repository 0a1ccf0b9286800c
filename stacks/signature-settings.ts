/** How a source's requests are signed: schema of a source's `signature`. */
import { z } from "zod";
import { HMAC_ALGORITHMS, SCHEMES, SIGNATURE_ENCODINGS } from "../functions/environment";
import * as limits from "./limits";
import { listOf, oneOf, oneOfKinds, text, told, whole } from "./setting-rules";

const SOURCE = "stacks/signature-settings.ts";

export const headerName = text(
  /^[A-Za-z0-9_-]{1,64}$/,
  "a header's name: 1 to 64 letters, digits, - and _",
  "RFC 9110, field names; our own length",
);
const REGION = "[a-z]{2}(?:-[a-z]+)+-\\d";
/** Parameter Store names with a slash begin with one; `aws` and `ssm` are reserved for the first part. */
const PARAMETER = "(?!\\/?(?:[aA][wW][sS]|[sS][sS][mM]))(?:\\/[\\w.-]+(?:\\/[\\w.-]+){0,14}|[\\w.-]{1,1011})";
const PARAMETER_ARN = `arn:aws[a-z-]*:ssm:${REGION}:\\d{12}:parameter\\/[\\w.-]+(?:\\/[\\w.-]+){0,14}`;
const SECRET_CHARACTERS = "[\\w/+=.@-]";
/** With the six characters that Secrets Manager adds, since a policy has to name it. */
const SECRET_ARN = `arn:aws[a-z-]*:secretsmanager:${REGION}:\\d{12}:secret:${SECRET_CHARACTERS}{1,512}-[A-Za-z0-9]{6}`;
const secretName = text(
  new RegExp(
    `^(?=.{1,1100}$)(?:ssm:(?:${PARAMETER}|${PARAMETER_ARN})|secretsmanager:(?:${SECRET_CHARACTERS}{1,512}|${SECRET_ARN}))$`,
  ),
  'the name of a secret after its store, such as "ssm:/webhook/dev/github" or "secretsmanager:webhook/github", or its whole ARN there; never the secret itself',
  "SSM API, PutParameter, Name; Secrets Manager API, CreateSecret, Name",
);
/** Where the secrets are that are valid now: during a rotation the old and the new one. Not for "none". */
const fewSecrets = told(`${limits.SOURCE_SECRETS.max} names of secrets at most`, limits.SOURCE_SECRETS.source);
const secrets = z
  .array(secretName, fewSecrets)
  .refine(({ length }) => length <= limits.SOURCE_SECRETS.max, fewSecrets)
  .default([]);

/** Seconds between a signature's time and the request's. */
const toleranceSeconds = whole(limits.SIGNATURE_TOLERANCE_SECONDS).optional();
/** The URL that the sender was given, up to the source's path and with it. */
const publicUrl = text(
  /^https:\/\/[^\s/?#]+(?:\/[^\s?#]*)?$/,
  'the URL that the sender was given, such as "https://hooks.example.com/twilio", without a query',
  "the sender's documentation of what it signs",
);
/** Text inside a header or around what is signed. */
const short = (min: number) =>
  z.string(told("text", SOURCE)).min(min, told("text", SOURCE)).max(64, told("64 characters at most", "our own"));

const tolerant = <const T extends string>(scheme: T) =>
  z.strictObject({
    scheme: z.literal(scheme),
    secrets,
    /** @default the sender's own, or none where it names none */
    toleranceSeconds,
  });
const plain = <const T extends string>(scheme: T) => z.strictObject({ scheme: z.literal(scheme), secrets });
const aboutUrl = <const T extends string>(scheme: T) =>
  z.strictObject({ scheme: z.literal(scheme), secrets, publicUrl });

const signedPart = z.union(
  [z.literal(["body", "url", "method"]), z.strictObject({ header: headerName }), z.strictObject({ text: short(1) })],
  told('"body", "url", "method", { header: "…" } or { text: "…" }', SOURCE),
);

/** How a sender signs that has no scheme of its own here. See functions/event/signatures/hmac.ts. */
const hmac = z.strictObject({
  scheme: z.literal("hmac"),
  secrets,
  /** The one with the signature. */
  header: headerName,
  algorithm: oneOf(HMAC_ALGORITHMS, "node:crypto, createHmac"),
  encoding: oneOf(SIGNATURE_ENCODINGS, "functions/event/signatures/hmac-check.ts"),
  /** What stands before the signature, such as "sha256=". @default "" */
  prefix: short(0).optional(),
  /** What stands between several signatures. @default there is one */
  listSeparator: short(1).optional(),
  /** What is signed, in this order. @default ["body"] */
  signed: listOf(signedPart, limits.SIGNED_PARTS).optional(),
  /** What stands between the signed parts. @default "" */
  separator: short(0).optional(),
  /** Where the time of signing is. @default no age is checked */
  timestamp: z.strictObject({ header: headerName, unit: oneOf(["s", "ms"], SOURCE) }).optional(),
  /** With a timestamp only. @default 300 */
  toleranceSeconds,
  /** How the key is written in the secret. @default "utf8" */
  secretEncoding: oneOf(["utf8", "hex", "base64"], SOURCE).optional(),
  /** Where "url" is signed, and only there. */
  publicUrl: publicUrl.optional(),
});

/** A token in a header as it is. It proves who may send, and nothing about the body. */
const sharedToken = z.strictObject({
  scheme: z.literal("shared-token"),
  secrets,
  /** @default "authorization" */
  header: headerName.optional(),
  /** Such as "Bearer ". @default "" */
  prefix: short(0).optional(),
});

export const signature = z.discriminatedUnion(
  "scheme",
  [
    tolerant("standard-webhooks"),
    tolerant("svix"),
    plain("github"),
    tolerant("stripe"),
    plain("shopify"),
    tolerant("slack"),
    aboutUrl("twilio"),
    aboutUrl("square"),
    tolerant("zoom"),
    tolerant("discord"),
    hmac,
    sharedToken,
    plain("basic-auth"),
    plain("none"),
  ],
  oneOfKinds(SCHEMES, "functions/event/signatures/scheme.ts"),
);

export type SignatureSettings = z.output<typeof signature>;
