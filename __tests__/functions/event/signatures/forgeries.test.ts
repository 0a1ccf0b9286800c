/** Every way to be wrong, for every scheme: each request says what becomes of it. */
import type { SignedRequest, UnverifiedCode } from "../../../../functions/event/signatures/signed-request";
import { verify } from "../../../../functions/event/signatures/verify";
import { AT_SECONDS, bodyOf, ID, PUBLIC_URL, SENDERS, type Sender, signedRequest, signsBody } from "./senders";

type Expected = UnverifiedCode | "verified";

interface Forgery {
  readonly what: string;
  readonly request: SignedRequest;
  readonly secrets: readonly string[];
  readonly expected: Expected;
}

/** Makes a scheme's forgeries; a forgery that the scheme has no place for is left out. */
class Forger {
  readonly forgeries: Forgery[] = [];
  readonly #sender: Sender;
  readonly #signed: SignedRequest;

  constructor(sender: Sender) {
    this.#sender = sender;
    this.#signed = signedRequest(sender);
    this.#honest();
    this.#bodies();
    this.#secrets();
    this.#signatures();
    this.#lists();
    this.#times();
    this.#parts();
  }

  #add(what: string, expected: Expected, change: Partial<SignedRequest>, secrets = [this.#sender.secret]): void {
    this.forgeries.push({ what, expected, request: { ...this.#signed, ...change }, secrets });
  }

  #withHeader(name: string, value: string | undefined): Pick<SignedRequest, "headers"> {
    const { [name]: _, ...others } = this.#signed.headers;
    return { headers: value === undefined ? others : { ...others, [name]: value } };
  }

  get #signature(): string {
    return this.#signed.headers[this.#sender.signatureHeader] ?? "";
  }

  #signatureIs(what: string, value: string | undefined, expected: Expected): void {
    this.#add(what, expected, this.#withHeader(this.#sender.signatureHeader, value));
  }

  #honest(): void {
    const form = this.#sender.name === "twilio, form";
    const object = this.#sender.name === "discord";
    this.#add("as it was signed", "verified", {});
    this.#add("an empty body", "verified", signedRequest(this.#sender, { body: Buffer.alloc(0) }));
    const unicode = form ? "Body=%F0%9F%98%80+gr%C3%BC%C3%9Fe" : '{"text":"grüße 😀 \u2028"}';
    this.#add("unicode in the body", "verified", signedRequest(this.#sender, { body: Buffer.from(unicode) }));
    if (!form && !object) {
      const binary = Buffer.from([0, 255, 254, 0xc3, 0x28, 10, 13]);
      this.#add("a body that is no text", "verified", signedRequest(this.#sender, { body: binary }));
    }
    this.#add("a header that we know nothing of", "verified", {
      headers: { ...this.#signed.headers, "x-unknown": "v1,abc" },
    });
  }

  #bodies(): void {
    if (!signsBody(this.#sender)) return;
    const expected = this.#sender.name === "twilio, JSON" ? "BODY_HASH_MISMATCH" : "SIGNATURE_MISMATCH";
    const body = bodyOf(this.#sender);
    const first = Buffer.from(body);
    first[0] = (first[0] ?? 0) ^ 1;
    this.#add("the first byte changed", expected, { body: first });
    this.#add("the last byte cut off", expected, { body: body.subarray(0, -1) });
    this.#add("a byte more", expected, { body: Buffer.concat([body, Buffer.from("\n")]) });
    this.#add("a byte more in front", expected, { body: Buffer.concat([Buffer.from("\ufeff"), body]) });
    this.#add("the body taken away", expected, { body: Buffer.alloc(0) });
    this.#add("another body", expected, { body: Buffer.from("x=1") });
    this.#add("in base64", expected, { body: Buffer.from(body.toString("base64")) });
    if (!this.#sender.name.startsWith("twilio, form")) {
      this.#add("serialized again", expected, { body: Buffer.from(JSON.stringify(JSON.parse(String(body)), null, 1)) });
    }
  }

  #secrets(): void {
    const { secret, otherSecret } = this.#sender;
    const byOther = signedRequest(this.#sender, { secret: otherSecret });
    this.#add("signed with another secret", "SIGNATURE_MISMATCH", byOther);
    this.#add("signed with the old secret during a rotation", "verified", {}, [otherSecret, secret]);
    this.#add("signed with the new secret during a rotation", "verified", {}, [secret, otherSecret]);
    this.#add("signed with the old secret after a rotation", "SIGNATURE_MISMATCH", {}, [otherSecret]);
    this.#add("no secret", "SECRET_UNUSABLE", {}, []);
    this.#add("an empty secret", "SECRET_UNUSABLE", {}, [""]);
    this.#add("an empty secret beside the right one", "verified", {}, ["", secret]);
  }

  #signatures(): void {
    const { encoding, signatureHeader } = this.#sender;
    const signature = this.#signature;
    this.#signatureIs("the signature missing", undefined, "SIGNATURE_MISSING");
    this.#signatureIs("the signature empty", "", "SIGNATURE_MISSING");
    const sender = SENDERS.find(({ signatureHeader: other }) => other !== signatureHeader);
    this.#add("another scheme's headers", "SIGNATURE_MISSING", {
      headers: sender === undefined ? {} : signedRequest(sender).headers,
    });
    // A text has no form that could be wrong.
    const isToken = this.#sender.form.scheme === "shared-token";
    const wrong = isToken ? "SIGNATURE_MISMATCH" : "SIGNATURE_MALFORMED";
    const doubled = this.#sender.form.scheme === "stripe" ? "TIMESTAMP_MALFORMED" : wrong;
    this.#signatureIs("the header twice", `${signature}, ${signature}`, doubled);
    this.#signatureIs("the header twice, the other way to join them", `${signature},${signature}`, doubled);
    this.#signatureIs("a wrong one and the right one as two headers", `${"0".repeat(64)}, ${signature}`, doubled);
    this.#signatureIs("one character cut off", signature.slice(0, -1), wrong);
    const isBasic = this.#sender.form.scheme === "basic-auth";
    this.#signatureIs("four characters cut off", signature.slice(0, -4), isBasic ? "SIGNATURE_MISMATCH" : wrong);
    this.#signatureIs("one character more", `${signature}A`, wrong);
    this.#signatureIs("four characters more", `${signature}AAAA`, wrong);
    this.#signatureIs(
      "white space behind it",
      `${signature} `,
      this.#sender.listSeparator === " " ? "verified" : wrong,
    );
    this.#signatureIs("a tab behind it", `${signature}\t`, wrong);
    this.#signatureIs("white space in it", `${signature.slice(0, -8)} ${signature.slice(-8)}`, wrong);
    this.#signatureIs("an accent in it", `${signature.slice(0, -1)}é`, wrong);
    this.#signatureIs("a full-width letter in it", `${signature.slice(0, -1)}Ａ`, wrong);
    this.#signatureIs("a zero in it", `${signature.slice(0, -1)}\0`, wrong);
    this.#signatureIs("in quotes", `"${signature}"`, doubled);
    this.#signatureIs("nonsense", "nonsense", doubled);
    this.#signatureIs("ten thousand commas", ",".repeat(10_000), doubled);
    this.#signatureIs("[object Object]", "[object Object]", doubled);
    if (encoding === "text") return;
    const digest = /[^,=\s]*=*$/.exec(signature)?.[0] ?? "";
    const head = signature.slice(0, signature.length - digest.length);
    const bytes = Buffer.from(digest, encoding);
    this.#signatureIs("all zeros", `${head}${Buffer.alloc(bytes.byteLength).toString(encoding)}`, "SIGNATURE_MISMATCH");
    this.#signatureIs("no digest", head, head === "" ? "SIGNATURE_MISSING" : "SIGNATURE_MALFORMED");
    this.#signatureIs(
      "half the digest",
      `${head}${bytes.subarray(0, bytes.byteLength / 2).toString(encoding)}`,
      "SIGNATURE_MALFORMED",
    );
    const otherEncoding = encoding === "hex" ? "base64" : "hex";
    this.#signatureIs(`in ${otherEncoding}`, `${head}${bytes.toString(otherEncoding)}`, "SIGNATURE_MALFORMED");
    this.#signatureIs(
      "its letters in the other case",
      `${head}${swapCase(digest.slice(0, -4))}${digest.slice(-4)}`,
      encoding === "hex" ? "SIGNATURE_MALFORMED" : "SIGNATURE_MISMATCH",
    );
    if (encoding === "base64") {
      this.#signatureIs("without padding", `${head}${digest.replace(/=+$/, "")}`, "SIGNATURE_MALFORMED");
      this.#signatureIs(
        "in base64url",
        `${head}${Buffer.alloc(bytes.byteLength, 0xfb).toString("base64url")}`,
        "SIGNATURE_MALFORMED",
      );
      // The last character's spare bits: Node ignores them.
      this.#signatureIs("with spare bits set", `${head}${spareBitsSet(digest)}`, "SIGNATURE_MALFORMED");
    }
    if (head !== "" && this.#sender.form.scheme !== "stripe") {
      this.#signatureIs("without what stands before it", digest, "SIGNATURE_MALFORMED");
      this.#signatureIs("with another version", `v9=${digest}`, "SIGNATURE_MALFORMED");
      this.#signatureIs("what stands before it in upper case", `${head.toUpperCase()}${digest}`, "SIGNATURE_MALFORMED");
    }
  }

  #lists(): void {
    const { listSeparator, encoding, form, otherSecret } = this.#sender;
    const other = signedRequest(this.#sender, { secret: otherSecret }).headers[this.#sender.signatureHeader] ?? "";
    if (form.scheme === "stripe") {
      const [time, right] = this.#signature.split(",");
      const wrong = other.split(",")[1];
      const list = (...members: (string | undefined)[]) => members.join(",");
      this.#signatureIs("a wrong signature and the right one", list(time, wrong, right), "verified");
      this.#signatureIs("the right signature and a wrong one", list(time, right, wrong), "verified");
      this.#signatureIs("a v0 beside it", list(time, "v0=6ffb", right), "verified");
      this.#signatureIs("a member that is not known yet", list(time, "v2=abc", right, "x"), "verified");
      this.#signatureIs("only a v0", list(time, right?.replace("v1", "v0")), "SIGNATURE_MALFORMED");
      this.#signatureIs("two wrong ones", list(time, wrong, wrong), "SIGNATURE_MISMATCH");
      this.#signatureIs("no time", right, "TIMESTAMP_MALFORMED");
      this.#signatureIs("two times", list(time, "t=1", right), "TIMESTAMP_MALFORMED");
      this.#signatureIs("an empty time", list("t=", right), "TIMESTAMP_MALFORMED");
      this.#signatureIs("another time", list(`t=${AT_SECONDS + 1}`, right), "SIGNATURE_MISMATCH");
      this.#signatureIs("no signature", time, "SIGNATURE_MALFORMED");
    }
    if (listSeparator === undefined) return;
    const list = (...signatures: string[]) => signatures.join(listSeparator);
    const right = this.#signature;
    this.#signatureIs("a wrong signature and the right one", list(other, right), "verified");
    this.#signatureIs("the right signature and a wrong one", list(right, other), "verified");
    this.#signatureIs("a malformed signature and the right one", list("v1,???", right), "verified");
    this.#signatureIs("a version that is not known yet and the right one", list("v2,abc", right), "verified");
    this.#signatureIs("two wrong ones", list(other, other), "SIGNATURE_MISMATCH");
    this.#signatureIs("only malformed ones", list("v1,", "v1a,", "v1", "s="), "SIGNATURE_MALFORMED");
    this.#signatureIs(
      "the right one behind more than anybody needs",
      list(...Array(16).fill(other), right),
      "SIGNATURE_MISMATCH",
    );
    if (encoding === "base64" && form.scheme !== "hmac") {
      const swapped = right.startsWith("v1,") ? right.replace("v1,", "v1a,") : right.replace("v1a,", "v1,");
      this.#signatureIs("under the other version's name", swapped, "SIGNATURE_MALFORMED");
    }
  }

  #times(): void {
    const { timestampHeader, tolerance, form } = this.#sender;
    const isTimed = timestampHeader !== undefined || form.scheme === "stripe";
    if (!isTimed) return;
    const { past, future } = tolerance ?? {};
    const at = (what: string, seconds: number, expected: Expected) =>
      this.#add(what, expected, { ...signedRequest(this.#sender, { atSeconds: AT_SECONDS + seconds }) });
    at("as old as the tolerance", -(past ?? 300), "verified");
    at("one second older", -(past ?? 300) - 1, past === undefined ? "verified" : "TIMESTAMP_TOO_OLD");
    at("as far in the future as the tolerance", future ?? 300, "verified");
    at("one second further", (future ?? 300) + 1, future === undefined ? "verified" : "TIMESTAMP_IN_FUTURE");
    at("years old", -100_000_000, past === undefined ? "verified" : "TIMESTAMP_TOO_OLD");
    at("years in the future", 100_000_000, future === undefined ? "verified" : "TIMESTAMP_IN_FUTURE");
    this.#add("received a fraction of a second too late", "verified", {
      ...signedRequest(this.#sender, { atSeconds: AT_SECONDS - 300 }),
      receivedAtMs: AT_SECONDS * 1_000 + 999,
    });
    if (past !== undefined) {
      this.#add("received nobody knows when", "TIMESTAMP_TOO_OLD", { receivedAtMs: Number.NaN });
    }
    if (timestampHeader === undefined) return;
    const time = (what: string, value: string | undefined, expected: Expected) =>
      this.#add(what, expected, this.#withHeader(timestampHeader, value));
    time("the time missing", undefined, "SIGNED_PART_MISSING");
    time("the time empty", "", "SIGNED_PART_MISSING");
    time("the time twice", `${AT_SECONDS}, ${AT_SECONDS}`, "TIMESTAMP_MALFORMED");
    time("another time", String(AT_SECONDS + 1), "SIGNATURE_MISMATCH");
    time("the same time, written otherwise", `0${AT_SECONDS}`, "SIGNATURE_MISMATCH");
    for (const value of [
      "-1700000000",
      "1.7e9",
      "1700000000.0",
      "0x6553f100",
      " 1700000000",
      "١٧٠٠٠٠٠٠٠٠",
      "NaN",
      "9".repeat(400),
      "2023-11-14T22:13:20Z",
    ]) {
      time(`the time ${value.slice(0, 24)}`, value, "TIMESTAMP_MALFORMED");
    }
  }

  #parts(): void {
    const { idHeader, signsUrl, form } = this.#sender;
    if (idHeader !== undefined) {
      this.#add("the id missing", "SIGNED_PART_MISSING", this.#withHeader(idHeader, undefined));
      this.#add("the id empty", "SIGNED_PART_MISSING", this.#withHeader(idHeader, ""));
      this.#add("another id", "SIGNATURE_MISMATCH", this.#withHeader(idHeader, `${ID}2`));
      this.#add("the id twice", "SIGNATURE_MISMATCH", this.#withHeader(idHeader, `${ID}, ${ID}`));
      this.#add("a full stop moved into the id", "TIMESTAMP_MALFORMED", {
        headers: {
          ...this.#signed.headers,
          [idHeader]: `${ID}.${AT_SECONDS}`,
          [this.#sender.timestampHeader ?? ""]: "{",
        },
      });
    }
    if (signsUrl) {
      const { publicUrl = "" } = this.#signed;
      const url = (what: string, changed: string) => this.#add(what, "SIGNATURE_MISMATCH", { publicUrl: changed });
      url("another path", publicUrl.replace("/sender", "/other"));
      url("another host", publicUrl.replace("hooks", "evil"));
      url("http instead of https", publicUrl.replace("https", "http"));
      url("a parameter more", `${publicUrl}&more=1`);
      url("a parameter less", publicUrl.replace("region=eu", ""));
      const { publicUrl: _, ...request } = this.#signed;
      this.forgeries.push({ what: "no URL", expected: "URL_MISSING", request, secrets: [this.#sender.secret] });
      this.#add("an empty URL", "URL_MISSING", { publicUrl: "" });
      if (form.scheme === "hmac") this.#add("another method", "SIGNATURE_MISMATCH", { method: "PUT" });
    }
    if (form.scheme === "twilio" && this.#sender.name === "twilio, form") {
      const other = `${PUBLIC_URL}&bodySHA256=${"0".repeat(64)}`;
      this.#add("a hash slipped into the URL of a form", "SIGNATURE_MISMATCH", { publicUrl: other });
      // A value that comes twice counts once, so all of them are signed but the last one.
      const signed = signedRequest(this.#sender, { body: Buffer.from(`${bodyOf(this.#sender)}&x=`) });
      const repeated = `${signed.body}${"&x=".repeat(2_000)}`;
      this.#add("a parameter two thousand times", "verified", { ...signed, body: Buffer.from(repeated) });
      const more = Buffer.from(`${repeated}&unsigned=1`);
      this.#add("a parameter behind two thousand", "SIGNATURE_MISMATCH", { ...signed, body: more });
    }
    if (form.scheme === "twilio" && this.#sender.name === "twilio, JSON") {
      this.#add("the body's hash in upper case", "BODY_HASH_MISMATCH", upperCaseHash(this.#sender));
    }
    if (form.scheme === "discord") {
      const body = Buffer.concat([Buffer.from("0"), this.#signed.body]);
      const headers = { ...this.#signed.headers, "x-signature-timestamp": String(AT_SECONDS).slice(0, -1) };
      this.#add("the time's last digit moved into the body", "SIGNATURE_MISMATCH", { headers, body });
    }
    if (form.scheme === "basic-auth") {
      this.#signatureIs("the word in lower case", this.#signature.replace("Basic", "basic"), "verified");
      this.#signatureIs("two spaces", this.#signature.replace(" ", "  "), "verified");
      this.#signatureIs("another word", this.#signature.replace("Basic", "Bearer"), "SIGNATURE_MALFORMED");
      this.#signatureIs("only the user", `Basic ${Buffer.from("user").toString("base64")}`, "SIGNATURE_MISMATCH");
      this.#add("a secret without a colon", "SECRET_UNUSABLE", {}, ["user"]);
    }
  }
}

function swapCase(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => (/[a-z]/.test(letter) ? letter.toUpperCase() : letter.toLowerCase()));
}

function spareBitsSet(base64: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return base64.replace(/(.)(=+)$/, (_all, last, padding) => `${alphabet[alphabet.indexOf(last) | 1]}${padding}`);
}

function upperCaseHash(sender: Sender): Partial<SignedRequest> {
  const { publicUrl = "" } = signedRequest(sender);
  const changed = publicUrl.replace(/[0-9a-f]{64}$/, (hash) => hash.toUpperCase());
  return {
    publicUrl: changed,
    headers: sender.sign({ body: bodyOf(sender), atSeconds: AT_SECONDS, id: ID, publicUrl: changed }, sender.secret),
  };
}

const TABLE = SENDERS.map((sender) => ({ sender, forgeries: new Forger(sender).forgeries }));

describe.each(TABLE.map(({ sender, forgeries }) => [sender.name, sender, forgeries] as const))(
  "%s",
  (_name, sender, forgeries) => {
    test.each(forgeries.map((forgery) => [forgery.what, forgery.expected, forgery] as const))(
      "%s: %s",
      (_what, expected, { request, secrets }) => {
        const verdict = verify(request, sender.form, secrets);
        expect(verdict).toEqual(expected === "verified" ? { verified: true } : { verified: false, reason: expected });
      },
    );
  },
);

const count = TABLE.reduce((sum, { forgeries }) => sum + forgeries.length, 0);
test(`the table has ${count} cases over ${TABLE.length} senders, none with fewer than 25`, () => {
  process.stdout.write(`Signatures: ${count} forged and honest requests over ${TABLE.length} senders.\n`);
  expect(Math.min(...TABLE.map(({ forgeries }) => forgeries.length))).toBeGreaterThanOrEqual(25);
});
