import { readConsumerEnvironment, readPublisherEnvironment, type Source } from "../../functions/environment";

const consumer = {
  EVENTS_TABLE_NAME: "events",
  INGRESS: "direct",
  HEADER_SETS: '{"default":["content-type"]}',
  INDEX_SHARDS: "8",
  COMPRESS_OVER_BYTES: "0",
  REJECTED_EXPIRY_DAYS: "30",
};
const publisher = { EVENTS_QUEUE_URL: "queue", BODIES_BUCKET_NAME: "bodies", MAXIMUM_MESSAGE_BYTES: "262144" };

const github: Source = {
  name: "github",
  path: "/github",
  signature: { scheme: "github", secretNames: ["ssm:/webhook/dev/github"] },
  identity: { header: "x-github-delivery" },
  onUnverified: "reject",
};
const billing: Source = {
  name: "billing",
  path: "/billing/*",
  signature: {
    scheme: "hmac",
    header: "x-signature",
    algorithm: "sha512",
    encoding: "base64url",
    prefix: "v1=",
    signed: [{ header: "x-time" }, { text: "." }, "body"],
    timestamp: { header: "x-time", unit: "s" },
    secretNames: ["secretsmanager:webhook/billing", "ssm:/webhook/billing-old"],
  },
  identity: { jsonPointer: "/event/id" },
  types: { jsonPointer: "/type", accept: ["invoice.paid"] },
  allowedCidrs: ["192.0.2.0/24"],
  onUnverified: "accept",
};
const open: Source = {
  name: "open",
  path: "/open",
  signature: { scheme: "none", secretNames: [] },
  identity: "content",
  onUnverified: "reject",
};

test("sources are read as the settings have them, by both that look at signatures", () => {
  const sources = [github, billing, open];
  const variables = { SOURCES: JSON.stringify(sources), UNMATCHED: "reject" };
  expect(readPublisherEnvironment({ ...publisher, ...variables })).toMatchObject({ sources, unmatched: "reject" });
  expect(readConsumerEnvironment({ ...consumer, ...variables, REJECTED_MAX_PER_MINUTE: "0" })).toMatchObject({
    sources,
    unmatched: "reject",
    rejectedMaxPerMinute: 0,
  });
});

test("what is left out of a source is its scheme's delivery id, and that it is rejected when it is not verified", () => {
  const { identity: _identity, onUnverified: _onUnverified, ...written } = github;
  expect(readConsumerEnvironment({ ...consumer, SOURCES: JSON.stringify([written]) }).sources).toEqual([github]);
});

test.each([{}, { SOURCES: "", UNMATCHED: "", REJECTED_MAX_PER_MINUTE: "" }])(
  "without sources, every path is taken and 60 rejected records a minute are kept: %j",
  (given) => {
    expect(readConsumerEnvironment({ ...consumer, ...given })).toMatchObject({
      sources: [],
      unmatched: "accept",
      rejectedMaxPerMinute: 60,
    });
  },
);

const { signature, ...unsigned } = github;
test.each([
  ["SOURCES", "none"],
  ["SOURCES", "{}"],
  ["SOURCES", "[null]"],
  ["SOURCES", [{ ...github, name: "unverified:github" }]],
  ["SOURCES", [{ ...github, path: "github" }]],
  ["SOURCES", [unsigned]],
  ["SOURCES", [{ ...github, signature: { ...signature, scheme: "paypal" } }]],
  ["SOURCES", [{ ...github, signature: { ...signature, secretNames: [] } }]],
  ["SOURCES", [{ ...github, signature: { ...signature, secretNames: ["/webhook/dev/github"] } }]],
  ["SOURCES", [{ ...github, signature: { ...signature, toleranceSeconds: "300" } }]],
  ["SOURCES", [{ ...open, signature: { scheme: "none", secretNames: ["ssm:/webhook/open"] } }]],
  ["SOURCES", [{ ...billing, signature: { ...billing.signature, algorithm: "md5" } }]],
  ["SOURCES", [{ ...billing, signature: { ...billing.signature, encoding: "utf8" } }]],
  ["SOURCES", [{ ...github, identity: "delivery" }]],
  ["SOURCES", [{ ...github, identity: { jsonPointer: "id" } }]],
  ["SOURCES", [{ ...billing, types: { jsonPointer: "/type" } }]],
  ["SOURCES", [{ ...github, allowedCidrs: "192.0.2.0/24" }]],
  ["SOURCES", [{ ...github, onUnverified: "ignore" }]],
  ["UNMATCHED", "ignore"],
  ["REJECTED_MAX_PER_MINUTE", "many"],
])("%s %j is a mistake, and nothing is taken or refused by half of it", (name, value) => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  expect(() => readConsumerEnvironment({ ...consumer, [name]: text })).toThrow(
    expect.objectContaining({ mistakes: [expect.stringContaining(`${name} is ${JSON.stringify(text)}; it must be `)] }),
  );
});
