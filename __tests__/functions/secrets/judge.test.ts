import { judge } from "../../../functions/secrets/judge";
import type { SecretReader } from "../../../functions/secrets/secret-reader";
import { DOUBTED_SECRET_AGE_MS } from "../../../functions/secrets/secret-reader";
import { SecretsUnavailable } from "../../../functions/secrets/secrets-unavailable";
import { SENDERS, signedRequest } from "../event/signatures/senders";
import { patientSignal } from "../factories";
import { heldSecrets, sender, sourceOf, unsignedSource } from "../sources";

const signal = patientSignal();
const GITHUB = sender("github");
const source = sourceOf(GITHUB);
const request = signedRequest(GITHUB);
const altered = { ...request, body: Buffer.from("another body") };

/** Secrets as they were when they were read, and as they are now. */
function rotating(before: readonly string[], now: readonly string[]) {
  const ages: (number | undefined)[] = [];
  const reader: Pick<SecretReader, "read"> = {
    read: async (_names, _signal, maxAgeMs) => {
      ages.push(maxAgeMs);
      return maxAgeMs === undefined ? before : now;
    },
  };
  return { reader, ages };
}

test.each(SENDERS.map((each) => [each.name, each] as const))(
  "what %s signs is verified with its source's secrets, which are read once",
  async (_name, each) => {
    const { reader, ages } = heldSecrets();
    expect((await judge(signedRequest(each), sourceOf(each), reader, signal)).verdict).toEqual({ verified: true });
    expect(ages).toEqual([undefined]);
  },
);

test("a source that signs nothing needs no secrets", async () => {
  const { reader, ages } = heldSecrets();
  expect(await judge(request, unsignedSource(), reader, signal)).toEqual({ verdict: { verified: true }, secrets: [] });
  expect(ages).toEqual([]);
});

const { secret, otherSecret } = GITHUB;
const mismatch = { verified: false, reason: "SIGNATURE_MISMATCH" };

test.each([
  ["a secret that was rotated meanwhile is found", request, [otherSecret], [secret], { verified: true }],
  ["one that was unusable and is corrected is found", request, [], [secret], { verified: true }],
  ["another body is not verified by the secrets of today either", altered, [otherSecret], [secret], mismatch],
])("%s", async (_case, given, before, now, verdict) => {
  const { reader, ages } = rotating(before, now);
  expect((await judge(given, source, reader, signal)).verdict).toEqual(verdict);
  expect(ages).toEqual([undefined, DOUBTED_SECRET_AGE_MS]);
});

test.each([
  ["has no signature", { ...request, headers: {} }, "SIGNATURE_MISSING"],
  ["has a malformed one", { ...request, headers: { "x-hub-signature-256": "sha256=" } }, "SIGNATURE_MALFORMED"],
])("what %s says nothing about the secrets, which are not read again", async (_case, given, reason) => {
  const { reader, ages } = rotating([secret], [secret]);
  expect((await judge(given, source, reader, signal)).verdict).toEqual({ verified: false, reason });
  expect(ages).toEqual([undefined]);
});

test("the secrets that it was found with are given, for a handshake's answer", async () => {
  const { reader } = rotating([otherSecret], [otherSecret, secret]);
  expect((await judge(request, source, reader, signal)).secrets).toEqual([otherSecret, secret]);
});

test.each([
  ["SECRET_UNUSABLE", sourceOf(sender("discord")), signedRequest(sender("discord")), ["no key"]],
  ["URL_MISSING", sourceOf(sender("square")), { ...signedRequest(sender("square")), publicUrl: "" }, [secret]],
])(
  "%s is our mistake and no verdict; it names the source and what to do, and no secret",
  async (code, from, given, held) => {
    const { reader } = rotating(held, held);
    const fault = await judge(given, from, reader, signal).catch((thrown: unknown) => thrown);
    expect(fault).toMatchObject({ name: "SourceUnusable", code });
    expect(String(fault)).toMatch(
      new RegExp(`"${from.name}" cannot verify anything[^]*comes? again[^]*\\[${code}\\]$`),
    );
    expect(String(fault)).not.toContain(held[0]);
  },
);

test("secrets that cannot be read are no verdict", async () => {
  const { reader, values } = heldSecrets();
  values.clear();
  await expect(judge(request, source, reader, signal)).rejects.toBeInstanceOf(SecretsUnavailable);
});

test("a second read that fails is no verdict either: the secret of today may be the right one", async () => {
  const reader: Pick<SecretReader, "read"> = {
    read: async (_names, _signal, maxAgeMs) => {
      if (maxAgeMs === undefined) return [otherSecret];
      throw new SecretsUnavailable("ssm:/github", "ThrottlingException.", "Wait.");
    },
  };
  await expect(judge(request, source, reader, signal)).rejects.toBeInstanceOf(SecretsUnavailable);
});
