/**
 * `npm run bench:signatures`: how many checks a second each scheme makes, beside what nobody can do without: node:crypto
 * over the same bytes and one comparison in constant time. Fails when a scheme makes fewer than 0.8 of that.
 */
import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  hash,
  sign,
  timingSafeEqual,
  verify as verifyKey,
} from "node:crypto";
import { cpus } from "node:os";
import { parse } from "node:querystring";
import type { Scheme } from "../functions/event/signatures/scheme";
import type { SignedRequest } from "../functions/event/signatures/signed-request";
import { verify } from "../functions/event/signatures/verify";
import { median } from "./median";

/** What a webhook often has: GitHub's smaller payloads are of about this size. */
const BODY_BYTES = 4_096;
const ROUNDS = 80;
const WARM_UP_ROUNDS = 10;
const ROUND_MS = 10;
const LEAST_RATIO = 0.8;

interface Rival {
  readonly name: string;
  readonly request: SignedRequest;
  readonly form: Scheme;
  readonly secret: string;
  /** The same check by hand. @returns whether it fits */
  readonly bare: () => boolean;
  /** What else is in `bare`. */
  readonly note?: string;
}

const AT = "1700000000";
const ID = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W";
const URL = "https://hooks.example.com/twilio?region=eu";
const BODY = Buffer.from(JSON.stringify({ id: "evt_1", text: "x".repeat(BODY_BYTES) }).slice(0, BODY_BYTES));
const SECRET = "8f742231b10e8888abcd99yyyzzz85a5";

function request(headers: Record<string, string>, body: Uint8Array = BODY, publicUrl?: string): SignedRequest {
  const others = { "content-type": "application/json", "user-agent": "sender/1.0", host: "hooks.example.com" };
  const url = publicUrl === undefined ? {} : { publicUrl };
  return { headers: { ...others, ...headers }, body, receivedAtMs: Number(AT) * 1_000, method: "POST", ...url };
}

function hmac(algorithm: string, key: string | Buffer, ...parts: (string | Uint8Array)[]): Buffer {
  return parts.reduce((made, part) => made.update(part), createHmac(algorithm, key)).digest();
}

/** An HMAC of a head and the body, which `write` puts into headers. */
function hmacRival(
  name: string,
  form: Scheme,
  write: (digest: Buffer) => Record<string, string>,
  {
    head = "",
    url,
    secret = SECRET,
    key = secret,
  }: { head?: string; url?: string; secret?: string; key?: string | Buffer } = {},
): Rival {
  const signature = hmac("sha256", key, head, BODY);
  const bare =
    head === ""
      ? () => timingSafeEqual(createHmac("sha256", key).update(BODY).digest(), signature)
      : () => timingSafeEqual(createHmac("sha256", key).update(head).update(BODY).digest(), signature);
  return { name, form, secret, request: request(write(signature), BODY, url), bare };
}

function ed25519Rival(
  name: string,
  form: Scheme,
  head: string,
  write: (signature: Buffer) => Record<string, string>,
  writeKey: (raw: Buffer) => string,
): Rival {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const der = publicKey.export({ format: "der", type: "spki" });
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  const signed = Buffer.concat([Buffer.from(head), BODY]);
  const signature = sign(null, signed, privateKey);
  const bare = () => verifyKey(null, signed, key, signature);
  return { name, form, secret: writeKey(der.subarray(-32)), request: request(write(signature)), bare };
}

function twilioJson(): Rival {
  const bodyHash = hash("sha256", BODY, "buffer");
  const url = `${URL}&bodySHA256=${bodyHash.toString("hex")}`;
  const signature = hmac("sha1", SECRET, url);
  const bare = () =>
    timingSafeEqual(createHmac("sha1", SECRET).update(url).digest(), signature) &&
    timingSafeEqual(hash("sha256", BODY, "buffer"), bodyHash);
  const headers = { "x-twilio-signature": signature.toString("base64") };
  return {
    name: "twilio, JSON",
    form: { scheme: "twilio" },
    secret: SECRET,
    request: request(headers, BODY, url),
    bare,
  };
}

function twilioForm(): Rival {
  const names = [
    "AccountSid",
    "ApiVersion",
    "Body",
    "From",
    "FromCity",
    "FromCountry",
    "MessageSid",
    "NumMedia",
    "SmsStatus",
    "To",
    "ToCountry",
  ];
  const body = Buffer.from(new URLSearchParams(names.map((name): [string, string] => [name, `+1 ${name}`])).toString());
  const signedText = () => {
    const parameters = parse(body.toString());
    return Object.keys(parameters)
      .sort()
      .reduce((text, name) => text + name + parameters[name], URL);
  };
  const signature = hmac("sha1", SECRET, signedText());
  const bare = () => timingSafeEqual(createHmac("sha1", SECRET).update(signedText()).digest(), signature);
  const headers = { "x-twilio-signature": signature.toString("base64") };
  const note = "and node:querystring and a sort: the form has to be read";
  return {
    name: "twilio, form",
    form: { scheme: "twilio" },
    secret: SECRET,
    request: request(headers, body, URL),
    bare,
    note,
  };
}

function tokenRival(name: string, form: Scheme, header: Record<string, string>, given: string, secret: string): Rival {
  const digest = (text: string) => hash("sha256", text, "buffer");
  const bare = () => timingSafeEqual(digest(given), digest(secret));
  return { name, form, secret, request: request(header), bare };
}

const KEY = Buffer.from("c".repeat(24));
const standard = (prefix: string, signature: string) => ({
  [`${prefix}-id`]: ID,
  [`${prefix}-timestamp`]: AT,
  [`${prefix}-signature`]: signature,
});
const WHSEC = { head: `${ID}.${AT}.`, secret: `whsec_${KEY.toString("base64")}`, key: KEY };
const BASIC = "user:8f742231b10e8888abcd99";

const RIVALS: readonly Rival[] = [
  hmacRival(
    "standard-webhooks v1",
    { scheme: "standard-webhooks" },
    (digest) => standard("webhook", `v1,${digest.toString("base64")}`),
    WHSEC,
  ),
  ed25519Rival(
    "standard-webhooks v1a",
    { scheme: "standard-webhooks" },
    `${ID}.${AT}.`,
    (signature) => standard("webhook", `v1a,${signature.toString("base64")}`),
    (raw) => `whpk_${raw.toString("base64")}`,
  ),
  hmacRival("svix", { scheme: "svix" }, (digest) => standard("svix", `v1,${digest.toString("base64")}`), WHSEC),
  hmacRival("github", { scheme: "github" }, (digest) => ({
    "x-hub-signature-256": `sha256=${digest.toString("hex")}`,
  })),
  hmacRival(
    "stripe",
    { scheme: "stripe" },
    (digest) => ({ "stripe-signature": `t=${AT},v1=${digest.toString("hex")}` }),
    { head: `${AT}.` },
  ),
  hmacRival("shopify", { scheme: "shopify" }, (digest) => ({ "x-shopify-hmac-sha256": digest.toString("base64") })),
  hmacRival(
    "slack",
    { scheme: "slack" },
    (digest) => ({ "x-slack-request-timestamp": AT, "x-slack-signature": `v0=${digest.toString("hex")}` }),
    { head: `v0:${AT}:` },
  ),
  twilioJson(),
  twilioForm(),
  hmacRival(
    "square",
    { scheme: "square" },
    (digest) => ({ "x-square-hmacsha256-signature": digest.toString("base64") }),
    { head: URL, url: URL },
  ),
  hmacRival(
    "zoom",
    { scheme: "zoom" },
    (digest) => ({ "x-zm-request-timestamp": AT, "x-zm-signature": `v0=${digest.toString("hex")}` }),
    { head: `v0:${AT}:` },
  ),
  ed25519Rival(
    "discord",
    { scheme: "discord" },
    AT,
    (signature) => ({ "x-signature-timestamp": AT, "x-signature-ed25519": signature.toString("hex") }),
    (raw) => raw.toString("hex"),
  ),
  hmacRival(
    "hmac",
    {
      scheme: "hmac",
      header: "x-signature",
      algorithm: "sha256",
      encoding: "hex",
      prefix: "sha256=",
      signed: [{ header: "x-time" }, "body"],
      separator: ".",
      timestamp: { header: "x-time", unit: "s" },
    },
    (digest) => ({ "x-time": AT, "x-signature": `sha256=${digest.toString("hex")}` }),
    { head: `${AT}.` },
  ),
  tokenRival(
    "shared-token",
    { scheme: "shared-token", header: "x-gitlab-token" },
    { "x-gitlab-token": SECRET },
    SECRET,
    SECRET,
  ),
  tokenRival(
    "basic-auth",
    { scheme: "basic-auth" },
    { authorization: `Basic ${Buffer.from(BASIC).toString("base64")}` },
    BASIC,
    BASIC,
  ),
];

/** In turn, round by round: whatever else the machine does slows both. */
function measure({ name, request: given, form, secret, bare }: Rival): {
  readonly rate: number;
  readonly ratio: number;
} {
  const secrets = [secret];
  const check = () => verify(given, form, secrets).verified;
  if (!check() || !bare()) throw new Error(`${name}: the signature is not verified, the measurement is void`);
  const rates: number[] = [];
  const ratios: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    const rate = perSecond(check);
    const ratio = rate / perSecond(bare);
    if (round < 0) continue;
    rates.push(rate);
    ratios.push(ratio);
  }
  return { rate: median(rates), ratio: median(ratios) };
}

/** Per second of the processor's time, not of the clock: other processes take the clock's. */
function perSecond(check: () => boolean): number {
  const before = process.cpuUsage();
  let checks = 0;
  let elapsedMs = 0;
  while (elapsedMs < ROUND_MS) {
    for (let i = 0; i < 50; i++) check();
    checks += 50;
    const { user, system } = process.cpuUsage(before);
    elapsedMs = (user + system) / 1_000;
  }
  return (1_000 * checks) / elapsedMs;
}

const [cpu] = cpus();
process.stdout.write(`| scheme | checks a second | ratio to bare node:crypto |\n|---|---|---|\n`);
for (const rival of RIVALS) {
  let { rate, ratio } = measure(rival);
  // Another process can spoil the caches of one of the two: what is too slow is too slow again.
  for (let again = 0; again < 2 && ratio < LEAST_RATIO; again++) ({ rate, ratio } = measure(rival));
  const verdict = ratio < LEAST_RATIO ? ` below ${LEAST_RATIO}` : "";
  const note = rival.note === undefined ? "" : ` (${rival.note})`;
  process.stdout.write(`| ${rival.name} | ${Math.round(rate)} | ${ratio.toFixed(2)}${verdict}${note} |\n`);
  if (!(ratio >= LEAST_RATIO)) process.exitCode = 1;
}
process.stdout.write(
  `\nBodies of ${BODY_BYTES} bytes, median of ${ROUNDS} rounds, Node.js ${process.versions.node}, ${cpu?.model.trim()}.\n`,
);
