import fc from "fast-check";
import { handshakeAnswer } from "../../../../functions/event/signatures/handshake";
import { SCHEMES, type Scheme } from "../../../../functions/event/signatures/scheme";
import type { SignedRequest } from "../../../../functions/event/signatures/signed-request";
import { verify } from "../../../../functions/event/signatures/verify";
import { AT_SECONDS, bodyOf, formText, SENDERS, type Sender, signedRequest, signsBody } from "./senders";

const isVerified = (sender: Sender, request: SignedRequest) => verify(request, sender.form, [sender.secret]).verified;

/** What a sender may send: Discord's are objects, Twilio's form is a form. */
function bodies(sender: Sender): fc.Arbitrary<Buffer> {
  if (sender.name === "twilio, form") {
    const names = fc.uniqueArray(fc.string({ unit: "grapheme", minLength: 1 }), { maxLength: 5 });
    return names.chain((keys) =>
      fc
        .array(fc.string({ unit: "grapheme" }), { minLength: keys.length, maxLength: keys.length })
        .map((values) =>
          Buffer.from(new URLSearchParams(keys.map((key, at): [string, string] => [key, values[at] ?? ""])).toString()),
        ),
    );
  }
  if (sender.name === "discord") return fc.json().map((json) => Buffer.from(`{"type":1,"event":${json}}`));
  return fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes));
}

describe.each(SENDERS.map((sender) => [sender.name, sender] as const))("%s", (_name, sender) => {
  test("what the sender signs is verified, whatever it says", () => {
    fc.assert(
      fc.property(bodies(sender), fc.integer({ min: 0, max: 4_000_000_000 }), (body, atSeconds) => {
        const request = { ...signedRequest(sender, { body, atSeconds }), receivedAtMs: atSeconds * 1_000 };
        expect(verify(request, sender.form, [sender.secret])).toEqual({ verified: true });
      }),
    );
  });

  if (signsBody(sender)) {
    test("it is not with any one bit of any body changed", () => {
      fc.assert(
        fc.property(bodies(sender), fc.nat(), (body, chance) => {
          fc.pre(body.byteLength > 0);
          const changed = flipped(body, chance % (8 * body.byteLength));
          const request = { ...signedRequest(sender, { body }), body: changed };
          // %2b and %2B are one character to whoever reads the form, so to whoever signs it.
          const isSameForm = sender.name === "twilio, form" && formText(changed) === formText(body);
          expect(isVerified(sender, request)).toBe(isSameForm);
        }),
      );
    });
  }

  test("it is not with any one of the bits of one request changed: body, signature, time, id", () => {
    const request = signedRequest(sender);
    expect(isVerified(sender, request)).toBe(true);
    const survivors: string[] = [];
    let tried = 0;
    const attempt = (what: string, changed: SignedRequest) => {
      tried += 1;
      if (isVerified(sender, changed)) survivors.push(what);
    };
    const { signatureHeader, timestampHeader, idHeader } = sender;
    for (const name of [signatureHeader, timestampHeader, idHeader]) {
      if (name === undefined) continue;
      const value = request.headers[name] ?? "";
      // RFC 7617: the word before the credentials has no case.
      const first = sender.name === "basic-auth" ? 8 * "Basic ".length : 0;
      for (let bit = first; bit < 8 * value.length; bit++) {
        const headers = { ...request.headers, [name]: flipped(Buffer.from(value, "latin1"), bit).toString("latin1") };
        attempt(`bit ${bit} of ${name}`, { ...request, headers });
      }
    }
    for (let bit = 0; signsBody(sender) && bit < 8 * request.body.byteLength; bit++) {
      attempt(`bit ${bit} of the body`, { ...request, body: flipped(request.body, bit) });
    }
    expect(tried).toBeGreaterThan(50);
    const hexDigitInForm = /%2B/.exec(bodyOf(sender).toString());
    const sameForm = sender.name === "twilio, form" && hexDigitInForm ? 2 : 0;
    expect(survivors).toHaveLength(sameForm);
  });
});

function flipped(bytes: Uint8Array, bit: number): Buffer {
  const changed = Buffer.from(bytes);
  const at = Math.floor(bit / 8);
  changed[at] = (changed[at] ?? 0) ^ (1 << (bit % 8));
  return changed;
}

test("no input makes a scheme throw, and none is verified by chance", () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.constantFrom("", " ", ",", "v1,", "t=,v1=", "%"),
  );
  const names = [...new Set(SENDERS.flatMap((sender) => Object.keys(signedRequest(sender).headers)))];
  const form = fc.constantFrom(...SCHEMES.filter((scheme) => scheme !== "none")).map(
    (scheme): Scheme =>
      scheme === "hmac"
        ? {
            scheme,
            header: "x-acme-signature",
            algorithm: "sha1",
            encoding: "base64url",
            signed: ["url", { header: "__proto__" }],
          }
        : { scheme },
  );
  const request = fc.record({
    headers: fc.dictionary(fc.constantFrom("__proto__", "constructor", ...names), text),
    body: fc.uint8Array(),
    receivedAtMs: fc.oneof(fc.double(), fc.constant(AT_SECONDS * 1_000)),
    method: text,
    publicUrl: fc.oneof(text, fc.webUrl({ withQueryParameters: true })),
  });
  fc.assert(
    fc.property(request, form, fc.array(text, { maxLength: 3 }), (given, scheme, secrets) => {
      // A token may be any text: not the one that happens to be sent.
      const all = [...secrets.map((secret) => `secret ${secret}`), ...SENDERS.map(({ secret }) => secret)];
      expect(verify(given, scheme, all).verified).toBe(false);
      expect(handshakeAnswer(given, scheme, all)).toBeUndefined();
    }),
    { numRuns: 3_000 },
  );
});
