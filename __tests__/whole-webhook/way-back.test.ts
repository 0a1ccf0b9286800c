/** A secret that was rotated too late, and strangers in the meantime: all of the honest ones come back, each once. */
import type { Delivery } from "../../local/demo/workload";
import { openStack } from "../../operate/replay/open";
import { type ReplayOptions, replay } from "../../operate/replay/replay";
import { readSettings } from "../../stacks/settings";
import { sourcesOf as functionSources } from "../../stacks/sources";
import { itemsOf, keysOf, reasonsOf } from "./kept";
import { type PlayedStack, playStack } from "./played-stack";
import { bodyOf, secretsOf, senderOf, sourcesOf } from "./senders";

// A machine with other work is several times slower.
jest.setTimeout(300_000);

const SIZE = { consumer: { maximumConcurrency: 4, timeoutSeconds: 10, batchSize: 10 } } as const;
const github = senderOf("github");
const hooks = senderOf("hooks");
const BOTH = [github, hooks];

let stack: PlayedStack;
afterEach(() => stack.stop());

const SETTINGS = { ...SIZE, sources: sourcesOf(BOTH), rejected: { maxPerMinute: 2_000 } } as const;
const signed = async (id: string, secret: string): Promise<Delivery> =>
  github.delivery(id, bodyOf("github", id), secret);

/** As `webhook replay --rejected` does it. */
async function replayed(options: Partial<ReplayOptions> = {}) {
  const { region, awsUrl: endpoint, operator: credentials, outputs } = stack.run;
  const tableName = outputs.events_table_name ?? "";
  const open = openStack(
    { region, endpoint, credentials },
    { tableName, indexName: "by-source-and-time", indexShards: 8, compressOverBytes: 1_024, rejectedExpiryDays: 90 },
  );
  try {
    const counts = await replay({
      ...open,
      sources: functionSources(readSettings("test", SETTINGS)),
      wanted: { sources: ["github", "hooks"], reasons: ["SIGNATURE_MISMATCH"] },
      stores: true,
      onReplayed: () => undefined,
      ...options,
    });
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  } finally {
    open.close();
  }
}

test("1,000 honest events that came while the secret was the old one all come back, each once, however often it is ended", async () => {
  stack = await playStack(SETTINGS, { secrets: secretsOf(BOTH) });
  const before = await stack.send([await signed("before", github.secret)]);
  const ids = Array.from({ length: 1_000 }, (_, n) => `rotated-${String(n).padStart(4, "0")}`);
  const honest = await Promise.all(ids.map((id) => signed(id, github.otherSecret)));
  const forged = await Promise.all(Array.from({ length: 50 }, (_, n) => signed(`forged-${n}`, "nobody's")));
  const sent = [...before, ...(await stack.send([...honest, ...forged], 32))];
  await stack.settled(sent, 250_000);
  expect(await keysOf(stack.run, "stored")).toEqual(["github#before"]);
  expect(await reasonsOf(stack.run, "rejected")).toEqual({ SIGNATURE_MISMATCH: 1_050 });

  // The operator puts the new secret in its place.
  stack.setSecrets({ ...secretsOf(BOTH), [github.secretName]: github.otherSecret });
  expect(await replayed({ stores: false })).toEqual({ "would-store": 1_000, refused: 50 });
  expect(await keysOf(stack.run, "stored")).toEqual(["github#before"]);

  let looked = 0;
  const killed = () => {
    if (++looked > 400) throw new Error("killed");
  };
  await expect(replayed({ onReplayed: killed })).rejects.toThrow("killed");
  const half = (await keysOf(stack.run, "stored")).length;
  expect(half).toBeGreaterThan(1);
  expect(half).toBeLessThan(1_001);

  expect(await replayed()).toEqual({ stored: 1_001 - half, refused: 50 });
  expect(await keysOf(stack.run, "stored")).toEqual(["github#before", ...ids.map((id) => `github#${id}`)].sort());
  expect(await reasonsOf(stack.run, "rejected")).toEqual({ SIGNATURE_MISMATCH: 50 });
  expect(await replayed()).toEqual({ refused: 50 });
});

test("what was replayed is to a late retry of its sender what any stored event is: a duplicate", async () => {
  stack = await playStack(SETTINGS, { secrets: secretsOf(BOTH) });
  const late = await signed("late", github.otherSecret);
  await stack.deliver(late);
  stack.setSecrets({ ...secretsOf(BOTH), [github.secretName]: [github.secret, github.otherSecret] });
  expect(await replayed()).toEqual({ stored: 1 });
  // Signed with a secret that the consumer has known all the time, so that nothing has to be read again.
  await stack.deliver(await signed("late", github.secret));
  expect(await keysOf(stack.run, "stored")).toEqual(["github#late"]);
  expect(stack.run.timeline.count({ step: "duplicate" })).toBe(1);
});

test("a flood of forged events is kept up to its bound, and no honest event is refused for it", async () => {
  const maxPerMinute = 60;
  stack = await playStack({ ...SETTINGS, rejected: { maxPerMinute } }, { secrets: secretsOf(BOTH) });
  const began = Date.now();
  const forged = await Promise.all(Array.from({ length: 5_000 }, (_, n) => signed(`forged-${n}`, "nobody's")));
  const honestIds = Array.from({ length: 200 }, (_, n) => `honest-${String(n).padStart(3, "0")}`);
  const honest = await Promise.all(honestIds.map((id) => signed(id, github.secret)));
  const others = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      hooks.delivery(`other-${n}`, bodyOf("hooks", `other-${n}`), hooks.otherSecret),
    ),
  );
  const mixed = [...forged, ...others];
  // Honest ones among them, from the first to the last.
  for (const [n, one] of honest.entries()) mixed.splice(n * 26, 0, one);
  const sent = await stack.send(mixed, 48);
  await stack.settled(sent, 250_000);

  expect(sent.every(({ status }) => status === 200)).toBe(true);
  expect(await keysOf(stack.run, "stored")).toEqual(honestIds.map((id) => `github#${id}`));
  const minutes = Math.floor(Date.now() / 60_000) - Math.floor(began / 60_000) + 1;
  const items = await itemsOf(stack.run);
  const kept = items.filter(({ state }) => state?.S === "rejected");
  const ofHooks = kept.filter(({ source }) => source?.S === "hooks").length;
  expect(kept.length - ofHooks).toBeGreaterThanOrEqual(maxPerMinute);
  expect(kept.length - ofHooks).toBeLessThanOrEqual(maxPerMinute * minutes);
  // One source's flood takes no place from another's.
  expect(ofHooks).toBe(20);
  // Beside events and records there is a count a source and minute, and nothing else.
  expect(items.length - kept.length - honestIds.length).toBeLessThanOrEqual(2 * minutes);
  expect(stack.run.timeline.count({ step: "rejected" })).toBe(5_020);
});
