/** What the consumer makes of messages that came to its sources by direct ingress. */
import type { SQSRecord } from "aws-lambda";
import { consume } from "../../../functions/consume/consume";
import type { Decision } from "../../../functions/consume/decision";
import { RejectedBound } from "../../../functions/consume/rejected-bound";
import type { ParsedMessage } from "../../../functions/event/parsed-message";
import type { Source } from "../../../functions/event/source";
import { key } from "../../../functions/event/webhook-event";
import { DynamoDbRejectedPlaces } from "../../../functions/stores/dynamodb-rejected-places";
import type { Sender } from "../event/signatures/senders";
import { SENDERS, signedRequest } from "../event/signatures/senders";
import { patientSignal, publisherRecord, sqsRecord, stringAttribute } from "../factories";
import { type HeldSecrets, heldSecrets, sender, sourceOf, unsignedSource } from "../sources";
import { startTable, type Table } from "../stores/sink";

const MOST_A_MINUTE = 5;

let table: Table;
let secrets: HeldSecrets;
beforeEach(async () => {
  table = await startTable();
  secrets = heldSecrets();
});
afterEach(() => table.stop());

/** Senders that direct ingress can serve: they sign no URL, and want no answer. */
const DIRECT = SENDERS.filter(({ form, signsUrl }) => !signsUrl && !["slack", "zoom", "discord"].includes(form.scheme));

/** A message of the direct ingress, as the route of its source makes it. */
function message(
  headers: Readonly<Record<string, string>>,
  { body = "{}", path = "/github", requestId = "r1", sourceIp = "203.0.113.7" } = {},
): SQSRecord {
  const names = Object.keys(headers).sort();
  return sqsRecord({
    messageId: `m-${requestId}`,
    body,
    messageAttributes: {
      trusted: stringAttribute(`direct ${setOf(names)} ${requestId} 1700000000123 ${sourceIp} POST ${path}`),
      headers: stringAttribute(`-${names.map((name) => headers[name]).join("\n")}`),
      end: stringAttribute(requestId),
    },
  });
}

const headerSets: Record<string, string[]> = {};
function setOf(names: string[]): string {
  const set = `set-${names.join("-")}`.slice(0, 64).replace(/-$/, "");
  headerSets[set] = names;
  return set;
}

function signed(
  from: Sender,
  {
    requestId,
    headers = {},
    ...given
  }: Parameters<typeof signedRequest>[1] & {
    requestId?: string;
    headers?: Record<string, string>;
  } = {},
): SQSRecord {
  const request = signedRequest(from, given);
  const { "content-type": _, ...signature } = request.headers;
  const body = Buffer.from(request.body).toString();
  return message(
    { ...signature, ...headers },
    { body, path: `/${from.form.scheme}`, ...(requestId === undefined ? {} : { requestId }) },
  );
}

async function run(
  records: readonly SQSRecord[],
  sources: readonly Source[],
  given: { unmatched?: "reject"; allowsSourceIp?: (ip: string, path: string) => boolean; ingress?: "lambda" } = {},
) {
  const lines: (Decision & { readonly key: string })[] = [];
  const rejectedPlaces = new DynamoDbRejectedPlaces(table.client, {
    tableName: "webhook-test-events",
    maxPerMinute: MOST_A_MINUTE,
    rejectedExpiryDays: 14,
  });
  const response = await consume(
    records,
    {
      rules: { ingress: "direct", headerSets, sources, ...given },
      store: table.store(),
      judge: secrets.judge,
      rejectedBound: new RejectedBound(rejectedPlaces, {
        sourceNames: sources.map(({ name }) => name),
        maxPerMinute: MOST_A_MINUTE,
      }),
      log: (parsed, { record: _, ...decision }) => void lines.push({ key: nameOf(parsed), ...decision }),
    },
    patientSignal(),
  ).catch((fault: unknown) => fault);
  return { response, lines };
}

const nameOf = (parsed: Parameters<Parameters<typeof consume>[1]["log"]>[0] | ParsedMessage) =>
  parsed.kind === "rejection" ? `rejected ${parsed.rejection.source}` : key(parsed.event);

const github = sender("github");
const DONE = { batchItemFailures: [] };
const keys = async () => (await table.items()).map(({ pk }) => pk?.S ?? "").sort();
const COUNT = "#rejected-count#github#2023-11-14T22:13Z";

test.each(DIRECT.map((each) => [each.name, each] as const))(
  "what %s signs is stored under its source's name and id; what somebody else signs is rejected, and kept whole",
  async (_name, each) => {
    const source = sourceOf(each);
    const forged = signed(each, { secret: each.otherSecret, requestId: "forged" });
    expect((await run([signed(each), forged], [source])).response).toEqual(DONE);
    const stored = (await table.items()).filter(({ state }) => state?.S === "stored");
    expect(stored).toMatchObject([{ source: { S: source.name }, requestId: { S: "r1" } }]);
    expect(stored[0]).not.toHaveProperty("reason");
    const item = await table.item("#rejected#forged");
    expect(item).toMatchObject({
      state: { S: "rejected" },
      reason: { S: "SIGNATURE_MISMATCH" },
      source: { S: source.name },
      requestId: { S: "forged" },
      receivedAt: { S: "2023-11-14T22:13:20.123Z" },
      body: { S: Buffer.from(signedRequest(each).body).toString() },
    });
    const { "content-type": _, ...headers } = signedRequest(each, { secret: each.otherSecret }).headers;
    expect(
      Object.entries(item.headers?.M ?? {})
        .map(([name, { S }]) => [name, S])
        .sort(),
    ).toEqual(Object.entries(headers).sort());
    expect(item).not.toHaveProperty("messageAttributes");
  },
);

const id = { "x-github-delivery": "d1" };
const types = { header: "x-github-event", accept: ["push"] };

test.each<[string, SQSRecord, readonly Source[], Parameters<typeof run>[2], string, readonly string[]]>([
  [
    "by its source's own id",
    signed(github, { headers: id }),
    [sourceOf(github)],
    {},
    "github#d1 stored",
    ["github#d1"],
  ],
  [
    "forged and accepted for a time: apart from what is verified",
    signed(github, { headers: id, secret: "other" }),
    [sourceOf(github, { onUnverified: "accept" })],
    {},
    "unverified:github#d1 stored",
    ["unverified:github#d1"],
  ],
  [
    "of a type that is not wanted",
    signed(github, { headers: { "x-github-event": "star" } }),
    [sourceOf(github, { types })],
    {},
    "github#r1 filtered",
    [],
  ],
  [
    "without headers, as by a route from before there was the source",
    message({ "webhook-id": "w1" }),
    [sourceOf(github)],
    {},
    "rejected github rejected SIGNATURE_MISSING",
    ["#rejected#r1", COUNT],
  ],
  [
    "the same, where unverified events are accepted for a time",
    message({ "webhook-id": "w1" }),
    [sourceOf(github, { onUnverified: "accept" })],
    {},
    "unverified:github#r1 stored",
    ["unverified:github#r1"],
  ],
  [
    "of a source that signs nothing",
    message({ a: "b" }, { path: "/open" }),
    [unsignedSource()],
    {},
    "open#r1 stored",
    ["open#r1"],
  ],
  [
    "to a path that no source claims",
    message({ "webhook-id": "w1" }, { path: "/other" }),
    [sourceOf(github)],
    {},
    "other#w1 stored",
    ["other#w1"],
  ],
  [
    "to such a path with a source's name",
    message({ "webhook-id": "w1" }, { path: "/github/evil" }),
    [sourceOf(github)],
    {},
    "unclaimed:github#w1 stored",
    ["unclaimed:github#w1"],
  ],
  [
    "to such a path, where the settings reject them",
    message({ "webhook-id": "w1" }, { path: "/other" }),
    [sourceOf(github)],
    { unmatched: "reject" },
    "rejected other rejected PATH_UNMATCHED",
    ["#rejected#r1", "#rejected-count##2023-11-14T22:13Z"],
  ],
  [
    "from an address that its source does not allow",
    signed(github, { headers: id }),
    [sourceOf(github)],
    { allowsSourceIp: (_ip, path) => path !== "/github" },
    "rejected github rejected SOURCE_IP_NOT_ALLOWED",
    ["#rejected#r1", COUNT],
  ],
])("an event %s", async (_case, record, sources, given, line, stored) => {
  const { response, lines } = await run([record], sources, given);
  expect(response).toEqual(DONE);
  expect(lines.map((one) => [one.key, one.stage, one.reason].filter((part) => part !== undefined).join(" "))).toEqual([
    line,
  ]);
  expect(await keys()).toEqual([...stored].sort());
});

test("an event that is accepted unverified is marked with why", async () => {
  await run([signed(github, { headers: id, secret: "other" })], [sourceOf(github, { onUnverified: "accept" })]);
  expect(await table.item("unverified:github#d1")).toMatchObject({
    state: { S: "stored" },
    reason: { S: "SIGNATURE_MISMATCH" },
  });
});

test("a forged event under an honest one's id neither comes before it nor is taken for it", async () => {
  const source = sourceOf(github, { onUnverified: "accept" });
  const forged = signed(github, { headers: id, secret: "other", body: Buffer.from("forged"), requestId: "forged" });
  const honest = signed(github, { headers: id, requestId: "honest" });
  expect((await run([forged, honest, forged], [source])).lines.map(({ stage }) => stage)).not.toContain("conflict");
  expect(await table.item("github#d1")).toMatchObject({ requestId: { S: "honest" } });
});

test.each([
  ["secrets that cannot be read", "SecretsUnavailable", (held: HeldSecrets) => held.values.delete("ssm:/github")],
])("%s fail the whole batch: nothing is stored or rejected, and it comes again", async (_case, name, change) => {
  change(secrets);
  const records = [signed(sender("stripe"), { requestId: "honest" }), signed(github)];
  const sources = [sourceOf(github), sourceOf(sender("stripe"))];
  const { response, lines } = await run(records, sources);
  expect(response).toMatchObject({ name });
  expect(lines.map(({ stage, reason }) => `${stage} ${reason}`)).toEqual([`returned ${name}`, `returned ${name}`]);
  expect(await table.items()).toEqual([]);

  secrets = heldSecrets();
  expect((await run(records, sources)).response).toEqual(DONE);
  expect((await table.items()).map(({ state }) => state?.S)).toEqual(["stored", "stored"]);
});

test("a flood of forged events does not make the table grow beyond the bound, and refuses no honest one", async () => {
  const sources = [sourceOf(github)];
  let counted = 0;
  for (let batch = 0; batch < 30; batch++) {
    const forged = Array.from({ length: 9 }, (_, index) =>
      signed(github, { secret: "other", requestId: `f-${batch}-${index}` }),
    );
    const honest = signed(github, { requestId: `h-${batch}`, headers: { "x-github-delivery": `d-${batch}` } });
    const { response, lines } = await run([...forged, honest], sources);
    expect(response).toEqual(DONE);
    counted += lines.filter(({ stage, countedOnly }) => stage === "rejected" && countedOnly).length;
  }
  const states = (await table.items()).map(({ state }) => state?.S ?? "count");
  expect(states.filter((state) => state === "stored")).toHaveLength(30);
  expect(states.filter((state) => state === "rejected")).toHaveLength(MOST_A_MINUTE);
  expect(states).toHaveLength(30 + MOST_A_MINUTE + 1);
  expect(counted).toBe(30 * 9 - MOST_A_MINUTE);
});

test("what the publisher has found out is believed, and no secret is read", async () => {
  secrets.values.clear();
  const envelope = { query: "", headers: {}, encoding: "utf8", body: "{}" };
  const records = [
    publisherRecord({
      requestId: "r1",
      path: "/github",
      envelope: { ...envelope, event: { source: "github", eventId: "d1" } },
    }),
    publisherRecord({
      requestId: "r2",
      path: "/github",
      envelope: {
        ...envelope,
        event: { source: "unverified:github", eventId: "d2", unverified: "TIMESTAMP_TOO_OLD" },
      },
    }),
    publisherRecord({ requestId: "before", path: "/github", envelope: { ...envelope, headers: id } }),
  ];
  const { response } = await run(records, [], { ingress: "lambda" });
  expect(response).toEqual(DONE);
  // The first is of the same delivery as the one that a publisher of the version before has put there: one event.
  expect(await keys()).toEqual(["github#d1", "unverified:github#d2"]);
  expect(await table.item("unverified:github#d2")).toMatchObject({ reason: { S: "TIMESTAMP_TOO_OLD" } });
  expect(secrets.ages).toEqual([]);
});
