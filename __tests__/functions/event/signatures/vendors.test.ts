/** The vendors' own packages as independent signers and verifiers. */
import { sign as signGithub, verify as verifyByGithub } from "@octokit/webhooks-methods";
import { verifyKey } from "discord-interactions";
import fc from "fast-check";
import { Webhook as StandardWebhook } from "standardwebhooks";
import Stripe from "stripe";
import { Webhook as SvixWebhook } from "svix";
import { getExpectedTwilioSignature, validateRequest, validateRequestWithBody } from "twilio";
import type { Scheme } from "../../../../functions/event/signatures/scheme";
import { verify } from "../../../../functions/event/signatures/verify";
import { AT_SECONDS, SENDERS, signedRequest } from "./senders";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const VERIFIED = { verified: true };
/** The SDKs take bodies as text. */
const bodies = fc.string({ unit: "grapheme", minLength: 1 });

function request(headers: Record<string, string>, body: string, publicUrl?: string) {
  return {
    headers,
    body: Buffer.from(body),
    receivedAtMs: AT_SECONDS * 1_000,
    method: "POST",
    ...(publicUrl === undefined ? {} : { publicUrl }),
  };
}

test("what @octokit/webhooks-methods signs is verified", async () => {
  await fc.assert(
    fc.asyncProperty(bodies, async (body) => {
      const headers = { "x-hub-signature-256": await signGithub(SECRET, body) };
      expect(verify(request(headers, body), { scheme: "github" }, [SECRET])).toEqual(VERIFIED);
    }),
  );
});

test("what stripe signs is verified, and stripe agrees about the age to the second", () => {
  fc.assert(
    fc.property(bodies, fc.integer({ min: -310, max: 310 }), (body, lateSeconds) => {
      const timestamp = AT_SECONDS - lateSeconds;
      const header = Stripe.webhooks.generateTestHeaderString({ payload: body, secret: SECRET, timestamp });
      const byStripe = () =>
        Stripe.webhooks.signature?.verifyHeader(body, header, SECRET, 300, undefined, AT_SECONDS * 1_000);
      if (lateSeconds > 300) expect(byStripe).toThrow("Timestamp outside the tolerance zone");
      else expect(byStripe()).toBe(true);
      const verdict = verify(request({ "stripe-signature": header }, body), { scheme: "stripe" }, [SECRET]);
      expect(verdict).toEqual(lateSeconds > 300 ? { verified: false, reason: "TIMESTAMP_TOO_OLD" } : VERIFIED);
    }),
  );
});

test.each([
  ["standardwebhooks", "webhook", new StandardWebhook(SECRET)],
  ["svix", "svix", new SvixWebhook(SECRET)],
] as const)("what %s signs is verified, and it verifies what we do", (_name, prefix, webhook) => {
  const form: Scheme = { scheme: prefix === "svix" ? "svix" : "standard-webhooks" };
  fc.assert(
    fc.property(fc.json(), (body) => {
      // It knows no other clock than the machine's.
      const at = new Date(Math.floor(Date.now() / 1_000) * 1_000);
      const headers = {
        [`${prefix}-id`]: "msg_1",
        [`${prefix}-timestamp`]: String(at.getTime() / 1_000),
        [`${prefix}-signature`]: webhook.sign("msg_1", at, body),
      };
      const given = { ...request(headers, body), receivedAtMs: at.getTime() };
      expect(verify(given, form, [SECRET])).toEqual(VERIFIED);
      expect(() => webhook.verify(body, headers)).not.toThrow();
      expect(verify({ ...given, body: Buffer.from(`${body} `) }, form, [SECRET]).verified).toBe(false);
      expect(() => webhook.verify(`${body} `, headers)).toThrow("No matching signature found");
    }),
  );
});

describe("twilio", () => {
  const form: Scheme = { scheme: "twilio" };
  const url = fc.webUrl({ withQueryParameters: true }).filter((given) => !given.includes("bodySHA256"));
  // A name's values as Twilio sends them: each once.
  const parameters = fc.dictionary(
    fc.string({ unit: "grapheme", minLength: 1 }).filter((name) => name !== "__proto__"),
    fc.uniqueArray(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 3 }),
    { maxKeys: 5, noNullPrototype: true },
  );

  test("a form that it signs is verified, and no other one", () => {
    fc.assert(
      fc.property(url, parameters, (publicUrl, given) => {
        const body = new URLSearchParams(
          Object.entries(given).flatMap(([name, values]) => values.map((value): [string, string] => [name, value])),
        ).toString();
        const signature = getExpectedTwilioSignature("12345", publicUrl, given);
        const headers = { "x-twilio-signature": signature };
        expect(validateRequest("12345", signature, publicUrl, given)).toBe(true);
        expect(verify(request(headers, body, publicUrl), form, ["12345"])).toEqual(VERIFIED);
        const more = `${body}&more=1`;
        expect(validateRequest("12345", signature, publicUrl, { ...given, more: "1" })).toBe(false);
        expect(verify(request(headers, more, publicUrl), form, ["12345"]).verified).toBe(false);
      }),
    );
  });

  test("we agree about URLs, with and without their standard port", () => {
    fc.assert(
      fc.property(url, fc.boolean(), (publicUrl, withPort) => {
        const { protocol, host } = new URL(publicUrl);
        const port = protocol === "https:" ? 443 : 80;
        const signed = withPort ? publicUrl.replace(host, `${host.split(":")[0]}:${port}`) : publicUrl;
        const signature = getExpectedTwilioSignature("12345", signed, {});
        const byTwilio = validateRequest("12345", signature, publicUrl, {});
        const verdict = verify(request({ "x-twilio-signature": signature }, "", publicUrl), form, ["12345"]);
        expect(verdict.verified).toBe(byTwilio);
      }),
    );
  });

  test("a body whose hash the URL names is verified by both or by none", () => {
    const [sender] = SENDERS.filter(({ name }) => name === "twilio, JSON");
    if (sender === undefined) throw new Error("no such sender");
    fc.assert(
      fc.property(fc.json(), fc.boolean(), (body, isChanged) => {
        const signed = signedRequest(sender, { body: Buffer.from(body) });
        const sent = isChanged ? `${body} ` : body;
        const { publicUrl = "", headers } = signed;
        const byTwilio = validateRequestWithBody(sender.secret, headers["x-twilio-signature"] ?? "", publicUrl, sent);
        expect(byTwilio).toBe(!isChanged);
        expect(verify({ ...signed, body: Buffer.from(sent) }, form, [sender.secret]).verified).toBe(byTwilio);
      }),
    );
  });
});

test("discord-interactions agrees with us about what is signed", async () => {
  const [sender] = SENDERS.filter(({ name }) => name === "discord");
  if (sender === undefined) throw new Error("no such sender");
  await fc.assert(
    fc.asyncProperty(fc.json(), fc.boolean(), async (json, isChanged) => {
      const signed = signedRequest(sender, { body: Buffer.from(`{"type":1,"event":${json}}`) });
      const body = isChanged ? Buffer.concat([signed.body, Buffer.from(" ")]) : signed.body;
      const { "x-signature-ed25519": signature = "", "x-signature-timestamp": timestamp = "" } = signed.headers;
      expect(await verifyKey(Buffer.from(body), signature, timestamp, sender.secret)).toBe(!isChanged);
      expect(verify({ ...signed, body }, sender.form, [sender.secret]).verified).toBe(!isChanged);
    }),
  );
});

test("what we take for signed by GitHub, @octokit/webhooks-methods does too", async () => {
  const [sender] = SENDERS.filter(({ name }) => name === "github");
  if (sender === undefined) throw new Error("no such sender");
  const { headers, body } = signedRequest(sender);
  const signature = headers["x-hub-signature-256"] ?? "";
  expect(await verifyByGithub(sender.secret, Buffer.from(body).toString(), signature)).toBe(true);
});
