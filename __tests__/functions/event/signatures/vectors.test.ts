/** What the vendors themselves published: inputs and the signatures that they say belong to them. */
import type { Scheme } from "../../../../functions/event/signatures/scheme";
import type { SignedRequest } from "../../../../functions/event/signatures/signed-request";
import { verify } from "../../../../functions/event/signatures/verify";

interface Vector {
  readonly form: Scheme;
  readonly secret: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly atSeconds?: number;
  readonly publicUrl?: string;
}

const STANDARD = { body: '{"test": 2432232314}', atSeconds: 1_614_265_330 };
const standardHeaders = (prefix: string, signature: string) => ({
  [`${prefix}-id`]: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  [`${prefix}-timestamp`]: "1614265330",
  [`${prefix}-signature`]: signature,
});
const V1 = {
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};
/** svix/svix-webhooks, server: test_asymmetric_key_signing. */
const V1A = {
  secret: "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=",
  signature: "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==",
};

/** docs.slack.dev, "Verifying requests from Slack". */
const SLACK_COMMAND = new URLSearchParams([
  ["token", "xyzz0WbapA4vBCDEFasx0q6G"],
  ["team_id", "T1DC2JH3J"],
  ["team_domain", "testteamnow"],
  ["channel_id", "G8PSS9T3V"],
  ["channel_name", "foobar"],
  ["user_id", "U2CERLKJA"],
  ["user_name", "roadrunner"],
  ["command", "/webhook-collect"],
  ["text", ""],
  ["response_url", "https://hooks.slack.com/commands/T1DC2JH3J/397700885554/96rGlfmibIGlgcZRskXaIFfN"],
  ["trigger_id", "398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"],
]);

/** twilio/twilio-node, spec/validation.spec.js. */
const TWILIO_URL = "https://mycompany.com/myapp.php?foo=1&bar=2";
const TWILIO_FORM = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212";
const TWILIO_JSON = '{"property": "value", "boolean": true}';
const TWILIO_HASH = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
const TWILIO_EMPTY_HASH = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
const twilio = (signature: string, publicUrl: string, body: string): Vector => ({
  form: { scheme: "twilio" },
  secret: "12345",
  headers: { "x-twilio-signature": signature },
  body,
  publicUrl,
});
const ADDRESSES = ["%2B1325xxxxxxx", "%2B1415xxxxxxx"].map((address) => `MessagingBinding.Address=${address}`);

/** square/square-nodejs-sdk, tests/integration/webhooks.test.ts. */
const square = (signature: string, secret: string, publicUrl: string, body: string): Vector => ({
  form: { scheme: "square" },
  secret,
  headers: { "x-square-hmacsha256-signature": signature },
  body,
  publicUrl,
});
const SQUARE_EVENT =
  '{"merchant_id":"MLEFBHHSJGVHD","type":"webhooks.test_notification","event_id":"ac3ac95b-f97d-458c-a6e6-18981597e05f","created_at":"2022-07-13T20:30:59.037339943Z","data":{"type":"webhooks","id":"bc368e64-01aa-407e-b46e-3231809b1129"}}';

const VECTORS: readonly (readonly [what: string, vector: Vector])[] = [
  [
    "GitHub's documentation",
    {
      form: { scheme: "github" },
      secret: "It's a Secret to Everybody",
      headers: { "x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17" },
      body: "Hello, World!",
    },
  ],
  [
    "Standard Webhooks, v1",
    {
      ...STANDARD,
      form: { scheme: "standard-webhooks" },
      secret: V1.secret,
      headers: standardHeaders("webhook", V1.signature),
    },
  ],
  [
    "Standard Webhooks, v1 without whsec_",
    {
      ...STANDARD,
      form: { scheme: "standard-webhooks" },
      secret: V1.secret.slice(6),
      headers: standardHeaders("webhook", V1.signature),
    },
  ],
  [
    "Standard Webhooks, v1a",
    {
      ...STANDARD,
      form: { scheme: "standard-webhooks" },
      secret: V1A.secret,
      headers: standardHeaders("webhook", V1A.signature),
    },
  ],
  [
    "Standard Webhooks, both in one header",
    {
      ...STANDARD,
      form: { scheme: "standard-webhooks" },
      secret: V1A.secret,
      headers: standardHeaders("webhook", `${V1.signature} ${V1A.signature}`),
    },
  ],
  [
    "Svix, v1",
    { ...STANDARD, form: { scheme: "svix" }, secret: V1.secret, headers: standardHeaders("svix", V1.signature) },
  ],
  [
    "Slack's documentation, a form",
    {
      form: { scheme: "slack" },
      secret: "8f742231b10e8888abcd99yyyzzz85a5",
      headers: {
        "x-slack-request-timestamp": "1531420618",
        "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
      },
      body: SLACK_COMMAND.toString(),
      atSeconds: 1_531_420_618,
    },
  ],
  ["Twilio, a form", twilio("RSOYDt4T1cUTdK1PDd93/VVr8B8=", TWILIO_URL, TWILIO_FORM)],
  ["Twilio, JSON", twilio("a9nBmqA0ju/hNViExpshrM61xv4=", `${TWILIO_URL}&bodySHA256=${TWILIO_HASH}`, TWILIO_JSON)],
  ["Twilio, empty JSON", twilio("Ldidvp12m26NI7eqEvxnEpkd9Hc=", `${TWILIO_URL}&bodySHA256=${TWILIO_EMPTY_HASH}`, "{}")],
  [
    "Twilio, the hash as the only parameter",
    twilio("y77kIzt2vzLz71DgmJGsen2scGs=", `https://mycompany.com/myapp.php?bodySHA256=${TWILIO_HASH}`, TWILIO_JSON),
  ],
  [
    "Twilio, a port that is not signed",
    twilio("RSOYDt4T1cUTdK1PDd93/VVr8B8=", TWILIO_URL.replace(".com", ".com:1234"), TWILIO_FORM),
  ],
  [
    "Twilio, http with a port",
    twilio("Zmvh+3yNM1Phv2jhDCwEM3q5ebU=", "http://mycompany.com:1234/myapp.php?foo=1&bar=2", TWILIO_FORM),
  ],
  ["Twilio, https with the port it signed", twilio("kvajT1Ptam85bY51eRf/AJRuM3w=", TWILIO_URL, TWILIO_FORM)],
  [
    "Twilio, http with the port it signed",
    twilio("0ZXoZLH/DfblKGATFgpif+LLRf4=", TWILIO_URL.replace("https", "http"), TWILIO_FORM),
  ],
  [
    "Twilio, credentials",
    twilio("CukzLTc1tT5dXEDIHm/tKBanW10=", "https://user:pass@mycompany.com/myapp.php?foo=1&bar=2", TWILIO_FORM),
  ],
  [
    "Twilio, a user name",
    twilio("2YRLlVAflCqxaNicjMpJcSTgzSs=", "https://user@mycompany.com/myapp.php?foo=1&bar=2", TWILIO_FORM),
  ],
  [
    "Twilio, credentials and the port it signed",
    twilio("ZQFR1PTIZXF2MXB8ZnKCvnnA+rI=", "https://user:pass@mycompany.com/myapp.php?foo=1&bar=2", TWILIO_FORM),
  ],
  [
    "Twilio, special characters",
    twilio("dsq4Ehbj6cs+KdTkpF5sSSplOWw=", `${TWILIO_URL}&Body=It's+amazing`, TWILIO_FORM),
  ],
  ["Twilio, a parameter twice", twilio("83O6e2vORAoJHUNzJjDWN1jz+BA=", TWILIO_URL, ADDRESSES.join("&"))],
  [
    "Twilio, a parameter twice, the other way round",
    twilio("83O6e2vORAoJHUNzJjDWN1jz+BA=", TWILIO_URL, ADDRESSES.toReversed().join("&")),
  ],
  [
    "Twilio, a value that comes twice",
    twilio(
      "IK+Dwps556ElfBT0I3Rgjkr1wJU=",
      TWILIO_URL,
      "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234",
    ),
  ],
  [
    "Square's test notification",
    square(
      "GF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4=",
      "Ibxx_5AKakO-3qeNVR61Dw",
      "https://webhook.site/679a4f3a-dcfa-49ee-bac5-9d0edad886b9",
      SQUARE_EVENT,
    ),
  ],
  [
    "Square, plain characters",
    square(
      "W3FlCNk5IA3ZQ2LHTWoajvzfaDu/OwY2tNHIHC3IUOA=",
      "signature-key",
      "https://webhook.site/webhooks",
      '{"data":{"type":"webhooks","id":"fake_id"}}',
    ),
  ],
  [
    "Square, characters that some escape",
    square(
      "Cxt7+aTi4rKgcA0bC4g9EHdVtLSDWdqccmL5MvihU4U=",
      "signature-key",
      "https://webhook.site/webhooks",
      '{"data":{"type":"webhooks","id":">id<"}}',
    ),
  ],
];

test.each(VECTORS)("%s", (_what, { form, secret, atSeconds = 0, headers, body, publicUrl }) => {
  const request: SignedRequest = {
    headers,
    body: Buffer.from(body),
    receivedAtMs: atSeconds * 1_000,
    method: "POST",
    ...(publicUrl === undefined ? {} : { publicUrl }),
  };
  expect(verify(request, form, [secret])).toEqual({ verified: true });
  const changed = { ...request, body: Buffer.from(`${body} `) };
  expect(verify(changed, form, [secret])).toMatchObject({ verified: false });
});

test("Square's vectors that fail fail", () => {
  const { form, secret, ...given } = square(
    "GF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4=",
    "Ibxx_5AKakO-3qeNVR61Dw",
    "https://webhook.site/79a4f3a-dcfa-49ee-bac5-9d0edad886b9",
    SQUARE_EVENT,
  );
  const request = { ...given, body: Buffer.from(given.body), receivedAtMs: 0, method: "POST" };
  expect(verify(request, form, [secret])).toEqual({ verified: false, reason: "SIGNATURE_MISMATCH" });
});
