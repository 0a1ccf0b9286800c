/** Signed deliveries through both ingresses: what its sender has signed is stored once, what nobody has is not. */
import { createHmac } from "node:crypto";
import type { Delivery } from "../../local/demo/workload";
import { itemsOf, keysOf, reasonsOf } from "./kept";
import { type PlayedStack, playStack } from "./played-stack";
import {
  ALL_SENDERS,
  bodyOf,
  DIRECT_SENDERS,
  deliveryOf,
  type Sender,
  secretsOf,
  senderOf,
  sourcesOf,
} from "./senders";

// A machine with other work is several times slower.
jest.setTimeout(90_000);

const SIZE = { consumer: { maximumConcurrency: 2, timeoutSeconds: 10 } } as const;
const SENDERS = { direct: DIRECT_SENDERS, lambda: ALL_SENDERS };
/** What a sender sees that comes with a forged signature: the queue's answer, or the publisher's. */
const FORGED_ANSWER = { direct: 200, lambda: 401 };

let stack: PlayedStack;
afterEach(() => stack.stop());
const start = async (
  ingress: "direct" | "lambda",
  senders: readonly Sender[],
  more: Parameters<typeof playStack>[0] = {},
) => {
  stack = await playStack(
    { ingress, ...SIZE, sources: sourcesOf(senders), ...more },
    { secrets: secretsOf(senders), speed: 20 },
  );
};
const statusesOf = (sent: readonly { status: number }[]) => sent.map(({ status }) => status);
const deliver = async (...deliveries: readonly Delivery[]) => {
  const sent = await stack.send(deliveries, 4);
  await stack.settled(sent);
  return sent;
};

describe.each(["direct", "lambda"] as const)("with %s ingress", (ingress) => {
  const senders = SENDERS[ingress];
  const ok = ingress === "direct" ? 200 : 202;

  test("honest events of every sender are stored once, under their source and their own ids, though each comes twice", async () => {
    await start(ingress, senders);
    const deliveries = await Promise.all(
      senders.map((sender) => sender.delivery("id-1", bodyOf(sender.name, "id-1"), sender.secret)),
    );
    const sent = [...(await deliver(...deliveries)), ...(await deliver(...deliveries))];
    expect(statusesOf(sent)).toEqual(sent.map(() => ok));
    const expected = senders.map(({ name, eventId }) => `${name}#${eventId("id-1", bodyOf(name, "id-1"))}`);
    expect(await keysOf(stack.run, "stored")).toEqual(expected.sort());
    expect(await itemsOf(stack.run)).toHaveLength(senders.length);
    expect(stack.run.refusedCalls).toEqual([]);
  });

  test("forged events of every sender are kept out of the events", async () => {
    await start(ingress, senders);
    const forged = await Promise.all(
      senders.map((sender) => sender.delivery("id-1", bodyOf(sender.name, "id-1"), sender.otherSecret)),
    );
    const sent = await deliver(...forged);
    expect(statusesOf(sent)).toEqual(sent.map(() => FORGED_ANSWER[ingress]));
    expect(await keysOf(stack.run, "stored")).toEqual([]);
    const rejected = ingress === "direct" ? { SIGNATURE_MISMATCH: senders.length } : {};
    expect(await reasonsOf(stack.run, "rejected")).toEqual(rejected);
    const told = ingress === "direct" ? "rejected" : "refused";
    expect(stack.run.timeline.entries({ step: told }).map(({ facts }) => facts?.reason)).toEqual(
      senders.map(() => "SIGNATURE_MISMATCH"),
    );
  });

  test("an event without a signature is not taken, and does not keep the honest one out", async () => {
    const github = senderOf("github");
    await start(ingress, [github]);
    const text = bodyOf("github", "id-1");
    const sent = await deliver(
      deliveryOf("github", text, { "x-github-delivery": "id-1" }),
      await github.delivery("id-1", text, github.secret),
    );
    expect(statusesOf(sent).sort()).toEqual([ok, FORGED_ANSWER[ingress]].sort());
    expect(await keysOf(stack.run, "stored")).toEqual(["github#id-1"]);
  });

  test("a body that was captured and comes under a new delivery id is a duplicate where the content is the identity", async () => {
    const github = {
      ...senderOf("github"),
      settings: { ...senderOf("github").settings, identity: "content" as const },
    };
    await start(ingress, [github]);
    const text = bodyOf("github", "id-1");
    const captured = await github.delivery("id-1", text, github.secret);
    await deliver(captured);
    await deliver({ ...captured, headers: { ...captured.headers, "x-github-delivery": "a-new-id" } });
    expect(await itemsOf(stack.run)).toHaveLength(1);
    expect(stack.run.timeline.count({ step: "duplicate" })).toBe(1);
  });

  test("the same id with other content is a conflict record, and what is stored stays", async () => {
    const github = senderOf("github");
    await start(ingress, [github]);
    await deliver(await github.delivery("id-1", '{"content":"first"}', github.secret));
    const [second] = await deliver(await github.delivery("id-1", '{"content":"second"}', github.secret));
    expect(await keysOf(stack.run, "stored")).toEqual(["github#id-1"]);
    expect(await keysOf(stack.run, "conflict")).toEqual([`#conflict#${second?.requestId}`]);
    const [stored] = (await itemsOf(stack.run)).filter(({ pk }) => pk?.S === "github#id-1");
    expect(stored?.body?.S).toBe('{"content":"first"}');
  });

  test("during a rotation the old secret and the new one both open, whether they stand in one value or in two", async () => {
    const github = senderOf("github");
    const { signature } = github.settings;
    const two = ["ssm:/webhook/test/github", "secretsmanager:webhook/test/github"];
    await start(ingress, [github], {
      sources: {
        github: { ...github.settings, signature: { ...signature, secrets: two } },
        hub: { ...github.settings, path: "/hub", signature },
      },
    });
    stack.setSecrets({ [two[0] ?? ""]: ["old", "older"], [two[1] ?? ""]: "new" });
    const sign = async (id: string, secret: string) => github.delivery(id, bodyOf("github", id), secret);
    const onHub = { ...(await sign("hub-older", "older")), path: "/hub" };
    await deliver(await sign("by-old", "old"), await sign("by-older", "older"), await sign("by-new", "new"), onHub);
    expect(await keysOf(stack.run, "stored")).toEqual([
      "github#by-new",
      "github#by-old",
      "github#by-older",
      "hub#hub-older",
    ]);
    expect(stack.run.refusedCalls).toEqual([]);
  });

  test("a type that its source does not want is taken, counted and not stored", async () => {
    const github = senderOf("github");
    const types = { header: "x-github-event", accept: ["push"] };
    await start(ingress, [github], { sources: { github: { ...github.settings, types } } });
    const of = async (id: string, type: string) => {
      const one = await github.delivery(id, bodyOf("github", id), github.secret);
      return { ...one, headers: { ...one.headers, "x-github-event": type } };
    };
    const sent = await deliver(await of("wanted", "push"), await of("unwanted", "star"));
    await stack.run.timeline.until({ step: "filtered" }, { withinMs: 20_000 });
    expect(statusesOf(sent)).toEqual([ok, ok]);
    expect((await itemsOf(stack.run)).map(({ pk }) => pk?.S)).toEqual(["github#wanted"]);
    expect(stack.run.timeline.count({ step: "filtered" })).toBe(1);
  });

  test("a path that no source claims is taken by default, and never under a source's name", async () => {
    await start(ingress, [senderOf("github")]);
    const unclaimed = (path: string, id: string) => deliveryOf("", '{"a":1}', { "x-github-delivery": id }, path);
    const sent = await deliver(unclaimed("other", "1"), unclaimed("github/below", "2"));
    expect(statusesOf(sent)).toEqual([ok, ok]);
    expect(await keysOf(stack.run, "stored")).toEqual(["other#1", "unclaimed:github#2"]);
  });

  test("a path that no source claims is rejected where the settings say so", async () => {
    const github = senderOf("github");
    await start(ingress, [github], { unmatched: "reject" });
    const sent = await deliver(
      deliveryOf("other", "{}", { "x-github-delivery": "1" }),
      await github.delivery("id-1", bodyOf("github", "id-1"), github.secret),
    );
    expect(statusesOf(sent).sort()).toEqual(ingress === "direct" ? [200, 200] : [202, 404]);
    expect(await keysOf(stack.run, "stored")).toEqual(["github#id-1"]);
    expect(await reasonsOf(stack.run, "rejected")).toEqual(ingress === "direct" ? { PATH_UNMATCHED: 1 } : {});
  });

  test("in a migration an unverified event is stored apart, marked, and does not keep the honest one out", async () => {
    const github = senderOf("github");
    await start(ingress, [github], { sources: { github: { ...github.settings, onUnverified: "accept" } } });
    const text = bodyOf("github", "id-1");
    await deliver(await github.delivery("id-1", text, github.otherSecret));
    await deliver(await github.delivery("id-1", text, github.secret));
    expect(await keysOf(stack.run, "stored")).toEqual(["github#id-1", "unverified:github#id-1"]);
    const [marked] = (await itemsOf(stack.run)).filter(({ pk }) => pk?.S === "unverified:github#id-1");
    expect(marked?.reason?.S).toBe("SIGNATURE_MISMATCH");
  });

  test("while the secrets cannot be read nothing is accepted and nothing rejected; then all is stored", async () => {
    const github = senderOf("github");
    await start(ingress, [github]);
    stack.run.faults.secrets = "down";
    const deliveries = await Promise.all(
      Array.from({ length: 20 }, (_, n) => github.delivery(`id-${n}`, bodyOf("github", `id-${n}`), github.secret)),
    );
    const forged = await github.delivery("forged", bodyOf("github", "forged"), github.otherSecret);
    const sent = await stack.send([...deliveries, forged], 4);
    if (ingress === "direct") await stack.run.timeline.until({ step: "returned" }, { count: 42, withinMs: 60_000 });
    else expect(statusesOf(sent)).toEqual(sent.map(() => 503));
    expect(await itemsOf(stack.run)).toEqual([]);
    expect(stack.run.timeline.count({ step: "rejected" })).toBe(0);

    stack.run.faults.secrets = "up";
    if (ingress === "direct") await stack.settled(sent, 60_000);
    else await deliver(...deliveries, forged);
    expect(await keysOf(stack.run, "stored")).toEqual(deliveries.map((_, n) => `github#id-${n}`).sort());
    expect(await reasonsOf(stack.run, "rejected")).toEqual(ingress === "direct" ? { SIGNATURE_MISMATCH: 1 } : {});
  });
});

describe("a handshake is answered to whoever signs it, and is no event:", () => {
  const handshake = async (name: string, text: string, forged = false) => {
    const sender = senderOf(name);
    const { path, headers } = await sender.delivery("-", text, forged ? sender.otherSecret : sender.secret);
    const answer = await fetch(`${stack.run.url}${path}`, { method: "POST", headers, body: text });
    return { status: answer.status, body: await answer.text() };
  };
  const names = ["slack", "zoom", "discord"];
  beforeEach(() => start("lambda", names.map(senderOf)));
  const encryptedToken = createHmac("sha256", senderOf("zoom").secret).update("qgg8vlvZRS6UYooatFL8Aw").digest("hex");

  test.each([
    ["slack", { type: "url_verification", challenge: "3eZbrw1aB" }, { challenge: "3eZbrw1aB" }],
    [
      "zoom",
      { event: "endpoint.url_validation", payload: { plainToken: "qgg8vlvZRS6UYooatFL8Aw" } },
      { plainToken: "qgg8vlvZRS6UYooatFL8Aw", encryptedToken },
    ],
    ["discord", { type: 1 }, { type: 1 }],
  ])("%s", async (name, asked, answer) => {
    const { status, body } = await handshake(name, JSON.stringify(asked));
    expect([status, JSON.parse(body)]).toEqual([200, answer]);
    const forged = await handshake(name, JSON.stringify(asked), true);
    expect(forged.status).toBe(401);
    expect(forged.body).not.toMatch(/challenge|Token|type|SIGNATURE/);
    expect(await itemsOf(stack.run)).toEqual([]);
    expect(stack.run.timeline.count({ step: "queued" })).toBe(0);
  });
});

test("a forger is told the same whatever is wrong", async () => {
  const hooks = senderOf("hooks");
  await start("lambda", [hooks]);
  const good = await hooks.delivery("id-1", bodyOf("hooks", "id-1"), hooks.secret);
  const wrong: readonly Record<string, string>[] = [
    { "webhook-signature": "" },
    { "webhook-signature": "v1,AAAA" },
    { "webhook-signature": `v1,${Buffer.alloc(32).toString("base64")}` },
    { "webhook-timestamp": "1" },
    { "webhook-timestamp": "tomorrow" },
  ];
  const answers = await Promise.all(
    wrong.map(async (headers) => {
      const all = { ...good.headers, ...headers };
      const body = bodyOf("hooks", "id-1");
      const answer = await fetch(`${stack.run.url}/hooks`, { method: "POST", headers: all, body });
      return `${answer.status} ${await answer.text()}`;
    }),
  );
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toMatch(/^401 /);
});
