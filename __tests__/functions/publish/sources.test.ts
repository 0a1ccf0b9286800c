/** What the publisher makes of requests to its sources: what the sender is told, what goes onto the queue, and the log. */
import { decodeEnvelope } from "../../../functions/event/envelope";
import { OUR_MISTAKES, UNVERIFIED_CODES } from "../../../functions/event/signatures/signed-request";
import type { Source } from "../../../functions/event/source";
import { refused } from "../../../functions/publish/answer";
import { type Publisher, publish } from "../../../functions/publish/publish";
import { SENDERS, type Sender, signedRequest } from "../event/signatures/senders";
import { httpRequest } from "../factories";
import { type HeldSecrets, heldSecrets, sender, sourceOf, unsignedSource } from "../sources";

let secrets: HeldSecrets;
beforeEach(() => {
  secrets = heldSecrets();
});

async function publishTo(
  sources: readonly Source[],
  request: Parameters<typeof httpRequest>[0],
  given: Partial<Publisher> = {},
) {
  const lines: object[] = [];
  const sent: unknown[] = [];
  const publisher: Publisher = {
    maximumMessageBytes: 262_144,
    allowsSourceIp: () => true,
    sources,
    unmatched: "accept",
    judge: secrets.judge,
    writeBody: async () => {},
    send: async ({ body }) => {
      sent.push(decodeEnvelope(body));
      return "message-1";
    },
    log: {
      published: (facts) => void lines.push({ stage: "published", ...facts }),
      filtered: (facts) => void lines.push({ stage: "filtered", ...facts }),
      handshake: (facts) => void lines.push({ stage: "handshake", ...facts }),
      refused: (facts) => void lines.push({ stage: "refused", ...facts }),
    },
    ...given,
  };
  return { answer: await publish(httpRequest(request), publisher, 1_000), lines, sent };
}

/** What a sender signs, as it comes to its source's path. */
function signed(from: Sender, given: Parameters<typeof signedRequest>[1] = {}) {
  const request = signedRequest(from, given);
  const query = request.publicUrl?.split("?")[1] ?? "";
  const body = Buffer.from(request.body).toString();
  return { path: `/${from.form.scheme}`, query, headers: { ...request.headers }, body };
}

const github = sender("github");
const push = { ...signed(github) };
const delivery = { "x-github-delivery": "72d3162e" };
const pushed = { ...push, headers: { ...push.headers, ...delivery } };

test.each(SENDERS.map((each) => [each.name, each] as const))(
  "what %s signs is taken, and its message says whose it is and what it is called",
  async (_name, each) => {
    const source = sourceOf(each);
    const { answer, sent, lines } = await publishTo([source], signed(each));
    expect(answer).toMatchObject({ statusCode: 202 });
    const { eventId } = JSON.parse(answer.body ?? "");
    expect(sent).toMatchObject([{ event: { source: source.name, eventId } }]);
    expect(sent[0]).not.toHaveProperty("event.unverified");
    expect(lines).toMatchObject([{ stage: "published", key: `${source.name}#${eventId}`, source: source.name }]);
  },
);

test.each(SENDERS.map((each) => [each.name, each] as const))(
  "what somebody else signs as %s is refused, and nothing is sent",
  async (_name, each) => {
    const { answer, sent, lines } = await publishTo([sourceOf(each)], signed(each, { secret: each.otherSecret }));
    expect(answer).toEqual({
      statusCode: 401,
      headers: { "content-type": "application/json" },
      body: '{"message":"Unauthorized"}',
    });
    expect(sent).toEqual([]);
    expect(lines).toMatchObject([{ stage: "refused", source: each.form.scheme, reason: "SIGNATURE_MISMATCH" }]);
  },
);

test.each(["shared-token", "basic-auth"])(
  "the secret that %s has in a header does not go onto the queue",
  async (name) => {
    const each = sender(name);
    const request = signed(each);
    const { sent } = await publishTo([sourceOf(each)], request);
    const credentials = Object.keys(request.headers).filter((header) => /token|authorization/.test(header));
    expect(credentials).toHaveLength(1);
    expect(sent).toEqual([
      expect.objectContaining({ headers: expect.not.objectContaining({ [credentials[0] ?? ""]: expect.anything() }) }),
    ]);
  },
);

test("a forger is told the same for every reason", () => {
  const reasons = UNVERIFIED_CODES.filter((code) => !OUR_MISTAKES.includes(code));
  expect(reasons.length).toBeGreaterThan(5);
  for (const reason of reasons) expect(refused("POST", reason)).toEqual(refused("POST", "SIGNATURE_MISSING"));
});

test("an event's id is what its source's rule says, not what any header says", async () => {
  const { answer } = await publishTo([sourceOf(sender("stripe"))], {
    ...signed(sender("stripe")),
    headers: { ...signed(sender("stripe")).headers, ...delivery },
  });
  expect(answer.body).toBe('{"eventId":"evt_1"}');
});

test("an event without the id that its source's rule names is taken under its request's, and it is said", async () => {
  const { answer, lines } = await publishTo([sourceOf(github)], push);
  expect(answer).toMatchObject({ statusCode: 202, body: '{"eventId":"JKJaXmPLvHcESHA="}' });
  expect(lines).toMatchObject([{ stage: "published", identityMissing: "no header x-github-delivery" }]);
});

const forged = { ...pushed, body: "forged" };
const types = { jsonPointer: "/id", accept: ["evt_2"] };

test.each<[string, readonly Source[], object, number, object[]]>([
  [
    "forged, where such events are accepted for a time",
    [sourceOf(github, { onUnverified: "accept" })],
    forged,
    202,
    [{ source: "unverified:github", eventId: "72d3162e", unverified: "SIGNATURE_MISMATCH" }],
  ],
  ["of a type that its source does not want", [sourceOf(github, { types })], pushed, 202, []],
  ["forged and of such a type", [sourceOf(github, { types })], forged, 401, []],
  ["to a source that signs nothing", [unsignedSource()], { path: "/open" }, 202, [{ source: "open" }]],
  ["HEAD to a source, without a signature", [sourceOf(github)], { path: "/github", method: "HEAD" }, 401, []],
  ["OPTIONS to a source, which is no event", [sourceOf(github)], { path: "/github", method: "OPTIONS" }, 204, []],
])("a request %s", async (_case, sources, request, statusCode, events) => {
  const { answer, sent } = await publishTo(sources, request);
  expect(answer).toMatchObject({ statusCode });
  expect(sent).toMatchObject(events.map((event) => ({ event })));
  expect(sent).toHaveLength(events.length);
});

test("a filtered event is counted in the log, and its sender hears that it was taken", async () => {
  const { answer, lines } = await publishTo([sourceOf(github, { types })], pushed);
  expect(answer).toMatchObject({ statusCode: 202, body: '{"eventId":"72d3162e"}' });
  expect(lines).toEqual([
    { stage: "filtered", requestId: "JKJaXmPLvHcESHA=", key: "github#72d3162e", source: "github" },
  ]);
});

test("a path that no source claims has no source in the log", async () => {
  const { lines } = await publishTo([sourceOf(github)], { path: "/github/evil", body: "{}" });
  expect(lines).toMatchObject([{ key: "unclaimed:github#JKJaXmPLvHcESHA=" }]);
  expect(lines[0]).not.toHaveProperty("source");
});

test.each([
  ["is taken", "accept", "/other", 202, undefined],
  ["is refused where the settings say so", "reject", "/other", 404, undefined],
  ["with a source's name is taken under another", "accept", "/github/evil", 202, { source: "unclaimed:github" }],
] as const)("a path that no source claims %s", async (_case, unmatched, path, statusCode, event) => {
  const { answer, sent, lines } = await publishTo([sourceOf(github)], { path, body: "{}" }, { unmatched });
  expect(answer).toMatchObject({ statusCode });
  if (statusCode === 404) expect(lines).toMatchObject([{ stage: "refused", reason: "PATH_UNMATCHED" }]);
  else expect(sent).toEqual([expect.objectContaining({ headers: expect.anything() })]);
  if (event === undefined) expect(sent.filter((envelope) => JSON.stringify(envelope).includes('"event"'))).toEqual([]);
  else expect(sent).toMatchObject([{ event }]);
});

test.each<[string, Source, Parameters<typeof httpRequest>[0], (held: HeldSecrets) => void, string]>([
  ["cannot be read", sourceOf(github), pushed, ({ values }) => values.clear(), "SECRETS_UNAVAILABLE"],
  [
    "are none that the scheme can use",
    sourceOf(sender("discord")),
    signed(sender("discord")),
    ({ values }) => values.set("ssm:/discord", ["no key"]),
    "SECRET_UNUSABLE",
  ],
])(
  "secrets that %s: the sender is told to come again, and nothing is sent",
  async (_case, source, request, change, reason) => {
    change(secrets);
    const { answer, sent, lines } = await publishTo([source], request);
    expect(answer).toMatchObject({ statusCode: 503, headers: { "retry-after": "5" } });
    expect(sent).toEqual([]);
    expect(lines).toMatchObject([{ stage: "refused", reason }]);
  },
);

test("secrets that do not come in time: likewise, and what comes later sends nothing", async () => {
  let give: (value: Awaited<ReturnType<Publisher["judge"]>>) => void = () => {};
  const late = new Promise<Awaited<ReturnType<Publisher["judge"]>>>((resolve) => {
    give = resolve;
  });
  const sent: string[] = [];
  const lines: unknown[] = [];
  const publisher: Publisher = {
    maximumMessageBytes: 262_144,
    allowsSourceIp: () => true,
    sources: [sourceOf(github)],
    unmatched: "accept",
    judge: () => late,
    writeBody: async () => {},
    send: async ({ body }) => sent.push(body).toString(),
    log: {
      published: () => void lines.push("published"),
      filtered: () => void lines.push("filtered"),
      handshake: () => void lines.push("handshake"),
      refused: ({ reason }) => void lines.push(reason),
    },
  };
  expect(await publish(httpRequest(pushed), publisher, 10)).toMatchObject({ statusCode: 503 });
  give({ verdict: { verified: true }, secrets: [] });
  await new Promise((resolve) => setImmediate(resolve));
  expect({ sent, lines }).toEqual({ sent: [], lines: ["SECRETS_UNAVAILABLE"] });
});

const HANDSHAKES: readonly [string, object, object][] = [
  [
    "slack",
    { type: "url_verification", challenge: "3eZbrw1aBm2r" },
    { statusCode: 200, body: '{"challenge":"3eZbrw1aBm2r"}' },
  ],
  ["discord", { type: 1 }, { statusCode: 200, body: '{"type":1}' }],
  [
    "zoom",
    { event: "endpoint.url_validation", payload: { plainToken: "qgg8vlvZRS6UYooatFL8Aw" } },
    { statusCode: 200, body: expect.stringContaining('"encryptedToken"') },
  ],
];

test.each(HANDSHAKES)("%s's handshake is answered at once, and is no event", async (name, body, expected) => {
  const from = sender(name);
  const request = signed(from, { body: Buffer.from(JSON.stringify(body)) });
  const { answer, sent, lines } = await publishTo([sourceOf(from)], request);
  expect(answer).toMatchObject(expected);
  expect(sent).toEqual([]);
  expect(lines).toMatchObject([{ stage: "handshake", source: name }]);
});

test.each(HANDSHAKES)(
  "%s's handshake by somebody else is refused, even where unverified events are accepted",
  async (name, body) => {
    const from = sender(name);
    const request = signed(from, { body: Buffer.from(JSON.stringify(body)), secret: from.otherSecret });
    expect((await publishTo([sourceOf(from)], request)).answer).toMatchObject({ statusCode: 401 });
    const { answer } = await publishTo([sourceOf(from, { onUnverified: "accept" })], request);
    expect(answer.body).toMatch(/^\{"eventId":/);
  },
);

test("who may send to a path is asked before anything is read", async () => {
  const { answer, lines } = await publishTo([sourceOf(github)], forged, {
    allowsSourceIp: (_ip, path) => path !== "/github",
  });
  expect(answer).toMatchObject({ statusCode: 403 });
  expect(lines).toMatchObject([{ reason: "SOURCE_IP_NOT_ALLOWED", source: "github" }]);
  expect(secrets.ages).toEqual([]);
});
