import { DELIVERY_IDS, SCHEMES, SOURCE_NAME } from "../../functions/environment";
import { readSettings } from "../../stacks/settings";
import { sourcesOf } from "../../stacks/sources";
import { messageFor, mistakesFor } from "./mistakes";
import { GITHUB, GITLAB, HMAC, NONE, SQUARE, STRIPE } from "./source-examples";

const signed = (signature: object) => ({ ...GITHUB, signature: { ...GITHUB.signature, ...signature } });
const named = (name: string) => signed({ secrets: [name] });
const hmac = (form: object) => ({ ...HMAC, signature: { ...HMAC.signature, ...form } });
const UNSHOWN = "not shown, since it may be a secret";
/** A mistake of the only source, without its path. */
const mistakesOf = (source: object, others: object = {}) =>
  mistakesFor({ sources: { one: source }, ...others }).map((mistake) => mistake.replace(/^sources\.one\.?/, ""));

test("a source is told to the functions with its scheme's delivery id, where the settings name no identity", () => {
  const settings = readSettings("dev", { ingress: "lambda", sources: { github: GITHUB, billing: HMAC, shop: SQUARE } });
  expect(sourcesOf(settings)).toEqual([
    {
      name: "github",
      path: "/github",
      signature: { scheme: "github", secretNames: ["ssm:/webhook/dev/github"] },
      identity: { header: "x-github-delivery" },
      onUnverified: "reject",
    },
    {
      name: "billing",
      path: "/billing/*",
      signature: {
        scheme: "hmac",
        header: "X-Signature",
        algorithm: "sha256",
        encoding: "hex",
        signed: [{ header: "X-Time" }, { text: "." }, "body"],
        timestamp: { header: "X-Time", unit: "s" },
        secretNames: ["secretsmanager:webhook/billing"],
      },
      identity: { header: "X-Id" },
      types: { header: "X-Type", accept: ["paid", "refunded"] },
      allowedCidrs: ["192.0.2.0/24"],
      onUnverified: "accept",
    },
    {
      name: "shop",
      path: "/shop/square",
      signature: {
        scheme: "square",
        publicUrl: "https://hooks.example.com/shop/square",
        secretNames: ["ssm:square"],
      },
      identity: { jsonPointer: "/event_id" },
      onUnverified: "reject",
    },
  ]);
});

const OF_SCHEME: Partial<Record<(typeof SCHEMES)[number], object>> = {
  none: { secrets: [] },
  twilio: { publicUrl: "https://hooks.example.com/x" },
  square: { publicUrl: "https://hooks.example.com/x" },
  hmac: { header: "x-signature", algorithm: "sha512", encoding: "base64url" },
};
test.each(SCHEMES)("the scheme %s can be set, behind a publisher, and has an identity", (scheme) => {
  const signature = { scheme, secrets: ["ssm:x"], ...OF_SCHEME[scheme] };
  const settings = readSettings("dev", { ingress: "lambda", sources: { one: { path: "/x", signature } } });
  expect(sourcesOf(settings)[0]?.identity).toEqual(DELIVERY_IDS[scheme].identity);
});

test.each(["a", "0", "git-hub", "x".repeat(40)])("%s is a source's name, also to the functions", (name) => {
  expect(mistakesFor({ sources: { [name]: GITHUB } })).toEqual([]);
  expect(name).toMatch(SOURCE_NAME);
});

test.each(["", "GitHub", "-a", "a_b", "unverified:github", "a#b", "x".repeat(41)])("%j is no source's name", (name) => {
  expect(mistakesFor({ sources: { [name]: GITHUB } })).toEqual([
    `sources is given the key "${name}" [SETTING_INVALID]`,
  ]);
});

test.each(["/", "/*", "/a", "/a/*", "/a-b.c_d~e/f/*"])("%s is a path", (path) => {
  expect(mistakesFor({ sources: { one: { ...NONE, path } } })).toEqual([]);
});

test.each(["", "a", "/a/", "/a*", "/*/a", "/a//b", "/a?b", "/{proxy+}", "/%41", "/a/**"])("%j is no path", (path) => {
  expect(mistakesOf({ ...NONE, path })).toEqual([`path is "${path}" [SETTING_INVALID]`]);
});

test.each([
  "ssm:/webhook/dev/github",
  "ssm:github_token.1",
  "ssm:arn:aws:ssm:us-east-1:123456789012:parameter/webhook/github",
  "secretsmanager:webhook/dev/github",
  "secretsmanager:a+b=c.d@e-AbCdEf",
  "secretsmanager:arn:aws:secretsmanager:us-east-1:123456789012:secret:webhook/github-AbCdEf",
])("%s names a secret", (name) => {
  expect(mistakesOf(named(name))).toEqual([]);
});

test.each([
  "",
  "It's a Secret to Everybody",
  "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  "/webhook/dev/github",
  "vault:/webhook/dev/github",
  "ssm:",
  "ssm:webhook/dev/github",
  "ssm:/webhook//github",
  "ssm:/webhook/github:3",
  "ssm:/aws/github",
  "ssm:/webhook/*",
  "secretsmanager:*",
  "secretsmanager:webhook github",
  "secretsmanager:arn:aws:secretsmanager:us-east-1:123456789012:secret:webhook/github",
])("%j names no secret", (name) => {
  expect(mistakesOf(named(name))).toEqual([`signature.secrets.0 is ${UNSHOWN} [SETTING_INVALID]`]);
});

describe("single settings", () => {
  test.each([
    [{ signature: GITHUB.signature }, ["path is missing [SETTING_MISSING]"]],
    [{ path: "/x" }, ["signature is missing [SETTING_MISSING]"]],
    [{ ...GITHUB, secret: "x" }, [`secret is ${UNSHOWN} [SETTING_UNKNOWN]`]],
    [signed({ scheme: "gitlab" }), ['signature.scheme is "gitlab" [SETTING_INVALID]']],
    [signed({ toleranceSeconds: 300 }), ["signature.toleranceSeconds is 300 [SETTING_UNKNOWN]"]],
    [signed({ secrets: "ssm:x" }), [`signature.secrets is ${UNSHOWN} [SETTING_INVALID]`]],
    [{ path: "/x", signature: "whsec_abc" }, [`signature is ${UNSHOWN} [SETTING_INVALID]`]],
    [
      signed({ secrets: ["ssm:a", "ssm:b", "ssm:c", "ssm:d", "ssm:e"] }),
      [`signature.secrets is ${UNSHOWN} [SETTING_INVALID]`],
    ],
    [
      { ...STRIPE, signature: { ...STRIPE.signature, toleranceSeconds: 0 } },
      ["signature.toleranceSeconds is 0 [SETTING_OUT_OF_RANGE]"],
    ],
    [
      { path: "/x", signature: { scheme: "twilio", secrets: ["ssm:x"] } },
      ["signature.publicUrl is missing [SETTING_MISSING]"],
    ],
    [
      { path: "/x", signature: { ...SQUARE.signature, publicUrl: "http://hooks.example.com/x" } },
      ['signature.publicUrl is "http://hooks.example.com/x" [SETTING_INVALID]'],
    ],
    [hmac({ algorithm: "md5" }), ['signature.algorithm is "md5" [SETTING_INVALID]']],
    [hmac({ encoding: "utf8" }), ['signature.encoding is "utf8" [SETTING_INVALID]']],
    [hmac({ header: "X Signature" }), ['signature.header is "X Signature" [SETTING_INVALID]']],
    [hmac({ header: "x-a\n${context.path}" }), ['signature.header is "x-a\\n${context.path}" [SETTING_INVALID]']],
    [hmac({ signed: [] }), ["signature.signed is [] [SETTING_OUT_OF_RANGE]"]],
    [hmac({ signed: ["query"] }), ['signature.signed.0 is "query" [SETTING_INVALID]']],
    [{ ...GITHUB, identity: "delivery" }, ['identity is "delivery" [SETTING_INVALID]']],
    [{ ...GITHUB, identity: { jsonPointer: "id" } }, ['identity.jsonPointer is "id" [SETTING_INVALID]']],
    [{ ...GITHUB, types: { header: "x-github-event" } }, ['types is {"header":"x-github-event"} [SETTING_INVALID]']],
    [{ ...GITHUB, allowedCidrs: ["192.0.2.7/24"] }, ['allowedCidrs.0 is "192.0.2.7/24" [SETTING_INVALID]']],
    [{ ...GITHUB, onUnverified: "ignore" }, ['onUnverified is "ignore" [SETTING_INVALID]']],
  ])("%j", (source, mistakes) => {
    expect(mistakesOf(source)).toEqual(mistakes);
  });

  test.each([
    [{ unmatched: "ignore" }, ['unmatched is "ignore" [SETTING_INVALID]']],
    [{ rejected: { maxPerMinute: 0 } }, ["rejected.maxPerMinute is 0 [SETTING_OUT_OF_RANGE]"]],
    [{ rejected: { maxPerMinute: 2_001 } }, ["rejected.maxPerMinute is 2001 [SETTING_OUT_OF_RANGE]"]],
    [{ rejected: { maxPerMinute: 2_000 } }, []],
  ])("%j", (settings, mistakes) => {
    expect(mistakesFor(settings)).toEqual(mistakes);
  });
});

describe("a mistake says why and what to do", () => {
  test("in a source's own setting, with the settings that its scheme has", () => {
    expect(messageFor({ sources: { one: signed({ publicUrl: "https://x" }) } })).toContain(
      'dev.sources.one.signature.publicUrl is "https://x"; there is no setting "publicUrl" here, only scheme, secrets.',
    );
  });

  test("a secret in the settings, where it belongs, and not what it is", () => {
    expect(messageFor({ sources: { one: named("whsec_abc") } })).toBe(`environments.ts has a mistake in "dev":

dev.sources.one.signature.secrets.0 is not shown, since it may be a secret; it takes the name of a secret after its store, such as "ssm:/webhook/dev/github" or "secretsmanager:webhook/github", or its whole ARN there; never the secret itself.
  Source: SSM API, PutParameter, Name; Secrets Manager API, CreateSecret, Name
  Write such a value, or leave it out if it has a default (stacks/settings.ts).                      [SETTING_INVALID]`);
  });

  test("a scheme without a secret", () => {
    expect(messageFor({ sources: { github: signed({ secrets: [] }) } })).toBe(`environments.ts has a mistake in "dev":

dev.sources.github.signature.secrets is missing or empty; the scheme "github" checks a signature, which only who has the secret can.
  Source: stacks/signature-settings.ts
  Name where the secret is, such as ["ssm:/webhook/dev/github"]; or the scheme "none", to take from anybody. [SOURCE_SECRETS]`);
  });

  test("two sources of one path", () => {
    expect(
      messageFor({ sources: { one: GITHUB, two: { ...STRIPE, path: "/*" } } }),
    ).toBe(`environments.ts has a mistake in "dev":

dev.sources.two.path is "/*"; the source "one" has "/github", and a request to both would have two signatures to be checked by and two names.
  Source: functions/event/source.ts
  Give each source a path of its own; a sender with two secrets is one source.                       [SOURCES_OVERLAP]`);
  });

  test("a sender that waits for an answer", () => {
    const slack = { path: "/slack", signature: { scheme: "slack", secrets: ["ssm:slack"] } };
    expect(messageFor({ sources: { slack } })).toBe(`environments.ts has a mistake in "dev":

dev.sources.slack.signature is the scheme "slack" with ingress "direct"; the sender first asks a question at the URL and waits for the right answer, which a queue does not give.
  Source: docs/choosing-an-ingress.md; docs/decisions/0003-the-direct-message.md
  Set ingress to "lambda": the publisher verifies and answers before anything is on the queue.       [SOURCE_NEEDS_LAMBDA]`);
  });

  test("an identity that does not travel", () => {
    expect(
      messageFor({ sources: { github: { ...GITHUB, identity: { header: "X-Request-Id" } } } }),
    ).toBe(`environments.ts has a mistake in "dev":

dev.sources.github.identity is about the header x-request-id; with ingress "direct" the scheme "github" has only content-type, user-agent, x-github-event, x-github-delivery, x-hub-signature-256, x-github-hook-id travel.
  Source: stacks/header-sets.ts
  Choose one of these, or a place in the body (jsonPointer), or set ingress to "lambda".             [HEADER_NOT_CARRIED]`);
  });

  test("signatures that would be checked inside a VPC", () => {
    expect(messageFor({ sources: { github: GITHUB }, postgresSink: {} })).toContain(
      'dev.sources.github.signature is the scheme "github" with ingress "direct" and a postgresSink; its consumer would verify, inside a VPC',
    );
  });
});

describe("rules of one source", () => {
  test.each([
    [
      "a secret that nothing is checked with",
      { ...NONE, signature: { scheme: "none", secrets: ["ssm:x"] } },
      ['signature.secrets is given with the scheme "none" [SOURCE_SECRETS]'],
    ],
    [
      "no secret",
      { ...GITHUB, signature: { scheme: "github" } },
      ["signature.secrets is missing or empty [SOURCE_SECRETS]"],
    ],
    ["nobody's signature", NONE, []],
    [
      "a secret of another region",
      named("ssm:arn:aws:ssm:eu-central-1:123456789012:parameter/github"),
      ['signature.secrets is given "ssm:arn:aws:ssm:eu-central-1:123456789012:parameter/github" [SECRET_REGION]'],
    ],
    ["a time that is signed", HMAC, []],
    [
      "a time that is not signed",
      hmac({ signed: ["body"] }),
      ["signature.timestamp is the header X-Time, which is not signed [TIMESTAMP_UNSIGNED]"],
    ],
    [
      "a time, and nothing said of what is signed",
      hmac({ signed: undefined }),
      ["signature.timestamp is the header X-Time, which is not signed [TIMESTAMP_UNSIGNED]"],
    ],
    ["a header that is signed, in another case", hmac({ signed: [{ header: "x-TIME" }, "body"] }), []],
    [
      "a tolerance of no time",
      hmac({ timestamp: undefined, toleranceSeconds: 60 }),
      ["signature.toleranceSeconds is 60 without a timestamp [TIMESTAMP_UNSIGNED]"],
    ],
    [
      "a URL that nobody signs",
      hmac({ publicUrl: "https://x.example.com" }),
      ['signature.publicUrl is given where "url" is not among the signed parts [PUBLIC_URL]'],
    ],
  ])("%s", (_, source, mistakes) => {
    expect(mistakesOf(source)).toEqual(mistakes);
  });

  test("a signed URL that nobody knows", () => {
    const source = hmac({ signed: ["url", "body"], timestamp: undefined });
    expect(mistakesOf(source, { ingress: "lambda" })).toEqual(["signature.publicUrl is missing [PUBLIC_URL]"]);
  });
});

describe("with direct ingress", () => {
  const url = { publicUrl: "https://hooks.example.com/x" };
  test.each([
    ["slack", {}],
    ["zoom", {}],
    ["discord", {}],
    ["twilio", url],
    ["square", url],
    ["shared-token", {}],
    ["basic-auth", {}],
  ])("%s needs the publisher", (scheme, more) => {
    const source = { path: "/x", signature: { scheme, secrets: ["ssm:x"], ...more } };
    expect(mistakesOf(source)).toEqual([
      `signature is the scheme "${scheme}" with ingress "direct" [SOURCE_NEEDS_LAMBDA]`,
    ]);
    expect(mistakesOf(source, { ingress: "lambda" })).toEqual([]);
  });

  test.each([
    [
      "a signed URL",
      hmac({ signed: [{ header: "X-Time" }, "url", "body"], ...url }),
      ['signature is the scheme "hmac" with ingress "direct" [SOURCE_NEEDS_LAMBDA]'],
    ],
    [
      "a signature in a reserved header",
      hmac({ header: "Authorization" }),
      ['signature is about the header authorization, with ingress "direct" [SOURCE_NEEDS_LAMBDA]'],
    ],
    [
      "a signed part in a reserved header",
      hmac({ signed: [{ header: "X-Time" }, { header: "X-Amz-Date" }, "body"] }),
      ['signature is about the header x-amz-date, with ingress "direct" [SOURCE_NEEDS_LAMBDA]'],
    ],
    [
      "an identity in a reserved header",
      { ...NONE, identity: { header: "x-amzn-trace-id" } },
      ['identity is about the header x-amzn-trace-id, with ingress "direct" [SOURCE_NEEDS_LAMBDA]'],
    ],
    [
      "a type in a header that the sender's set has not",
      { ...STRIPE, types: { header: "x-type", accept: ["a"] } },
      ["types is about the header x-type [HEADER_NOT_CARRIED]"],
    ],
    ["a type in a header that it has", { ...GITHUB, types: { header: "X-GitHub-Event", accept: ["push"] } }, []],
    ["a type in the body", { ...STRIPE, types: { jsonPointer: "/type", accept: ["charge.succeeded"] } }, []],
    [
      "more headers than a mapping takes",
      { ...HMAC, identity: { header: "x".repeat(64) }, types: { header: "y".repeat(64), accept: ["a"] } },
      [expect.stringMatching(/^ ?is about the headers content-type, .* \[HEADERS_TOO_LONG\]$/)],
    ],
  ])("%s", (_, source, mistakes) => {
    expect(mistakesOf(source)).toEqual(mistakes);
  });

  test("a source takes a path from a sender that is there by default, and not from one that the settings name", () => {
    const sources = { one: { ...HMAC, path: "/github/*" } };
    expect(mistakesFor({ sources })).toEqual([]);
    expect(
      mistakesFor({ sources, senders: { "/github/eu": "github", "/github": "github", "/other": "stripe" } }),
    ).toEqual(['senders./github/eu is "github" [SENDER_OF_SOURCE]', 'senders./github is "github" [SENDER_OF_SOURCE]']);
  });

  test("a source and its own sender can have one path", () => {
    expect(mistakesFor({ sources: { github: GITHUB }, senders: { "/github": "github" } })).toEqual([]);
  });
});

describe("between sources and the rest", () => {
  test.each([
    [
      "nothing would be taken",
      { unmatched: "reject" },
      ['unmatched is "reject" without sources [UNMATCHED_REJECTS_ALL]'],
    ],
    ["only sources are taken", { unmatched: "reject", sources: { github: GITHUB } }, []],
    ["paths apart", { sources: { a: GITHUB, b: { ...STRIPE, path: "/git/*" } } }, []],
    ["a path below another one", { sources: { a: GITHUB, b: { ...STRIPE, path: "/github/eu" } } }, []],
    [
      "one path twice",
      { sources: { a: GITHUB, b: { ...STRIPE, path: "/github" } } },
      ['sources.b.path is "/github" [SOURCES_OVERLAP]'],
    ],
    [
      "a path inside another one",
      { sources: { a: { ...GITHUB, path: "/x/*" }, b: { ...STRIPE, path: "/x/y/*" } } },
      ['sources.b.path is "/x/y/*" [SOURCES_OVERLAP]'],
    ],
    ["unsigned sources in a VPC", { sources: { none: NONE }, postgresSink: {} }, []],
    [
      "a publisher before the VPC",
      { ingress: "lambda", sources: { github: GITHUB, token: GITLAB }, postgresSink: {} },
      [],
    ],
    [
      "signed sources in a VPC",
      { sources: { github: GITHUB, none: NONE }, postgresSink: {} },
      ['sources.github.signature is the scheme "github" with ingress "direct" and a postgresSink [SIGNATURES_IN_VPC]'],
    ],
  ])("%s", (_, settings, mistakes) => {
    expect(mistakesFor(settings)).toEqual(mistakes);
  });

  test("a function's environment holds so many sources, fewer beside header sets and networks", () => {
    const most = (settings: object) => {
      for (let count = 1; ; count += 1) {
        const names = Array.from({ length: count }, (_, i) => `s${i}`);
        const sources = Object.fromEntries(names.map((name) => [name, { ...GITHUB, path: `/${name}` }]));
        const mistakes = mistakesFor({ ...settings, sources });
        if (mistakes.length > 0) return { most: count - 1, mistakes };
      }
    };
    const allowedCidrs = Array.from({ length: 40 }, (_, i) => `192.0.2.${i}/32`);
    const lambda = most({ ingress: "lambda" });
    const direct = most({});
    const guarded = most({ allowedCidrs });
    expect(direct.mistakes).toEqual([
      expect.stringMatching(/^sources is \d+ sources of \d+ bytes together \[SOURCES_TOO_LARGE\]$/),
    ]);
    expect(lambda.most).toBeGreaterThan(direct.most);
    expect(direct.most).toBeGreaterThan(guarded.most);
    expect(direct.most).toBeGreaterThanOrEqual(10);
  });

  test("a source that is wrong by itself is not compared, and the others are", () => {
    const sources = { a: { ...GITHUB, path: "github" }, b: GITHUB, c: { ...STRIPE, path: "/github" } };
    expect(mistakesFor({ sources, unmatched: "reject" })).toEqual([
      'sources.a.path is "github" [SETTING_INVALID]',
      'sources.c.path is "/github" [SOURCES_OVERLAP]',
    ]);
  });
});
