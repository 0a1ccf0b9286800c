/** What breaks around the consumer: nothing that was accepted is lost, whatever it is. */
import { delivery, type PlayedStack, playStack } from "./played-stack";

const SPEED = 60;
/** Visibility timeout 6 × 5 s + 0 s, divided by the speed; the brake holds a failing invocation for about 1.5 s. */
const SETTINGS = {
  consumer: { maximumConcurrency: 2, timeoutSeconds: 5 },
  queue: { outageToleranceMinutes: 10 },
} as const;

let stack: PlayedStack;
beforeEach(async () => {
  stack = await playStack(SETTINGS, { speed: SPEED });
});
afterEach(() => stack.stop());

test("a sink that is down for longer than five visibility timeouts costs receives, not events", async () => {
  stack.run.faults.sink = "down";
  const sent = await stack.send(Array.from({ length: 20 }, () => delivery()));
  const [{ messageId } = { messageId: "" }] = sent;
  await stack.run.timeline.until({ step: "returned", messageId }, { count: 6, withinMs: 40_000 });
  expect(stack.run.timeline.count({ step: "stored" })).toBe(0);

  stack.run.faults.sink = "up";
  await stack.settled(sent);
  expect(await stack.account(sent)).toMatchObject({ accepted: 20, stored: 20, deadLettered: 0, lost: 0 });
}, 90_000);

test("a failing invocation is held until shortly before its timeout: the brake", async () => {
  stack.run.faults.sink = "throttled";
  const sent = await stack.send([delivery()]);
  const [{ messageId } = { messageId: "" }] = sent;
  await stack.run.timeline.until({ step: "returned", messageId }, { count: 3, withinMs: 30_000 });
  const at = (step: "invoked" | "returned") => stack.run.timeline.entries({ step, messageId }).map((entry) => entry.at);
  const held = at("returned").map((returned, index) => returned - (at("invoked")[index] ?? 0));
  // The local timeout is 2 s at this speed; it is held until 0.5 s before it.
  for (const ms of held) expect(ms).toBeGreaterThan(1_000);

  stack.run.faults.sink = "up";
  await stack.settled(sent);
  expect(await stack.account(sent)).toMatchObject({ stored: 1, lost: 0 });
}, 60_000);

test("an event that kills its execution environment each time ends in the dead-letter queue", async () => {
  stack.run.faults.crashMarker = "poison";
  const [poison] = [await stack.deliver(delivery({ text: '{"is":"poison"}' }))];
  const healthy = await stack.deliver(delivery());
  expect(await stack.account([...poison, ...healthy])).toMatchObject({ stored: 1, deadLettered: 1, lost: 0 });
  const { messageId = "" } = poison[0] ?? {};
  // ceil(10 min ÷ 30 s) + 5
  expect(stack.run.timeline.count({ step: "polled", messageId })).toBe(25);
}, 60_000);

test("environments that are killed while they work leave nothing half done", async () => {
  stack.run.faults.crashMarker = "unlucky";
  const sent = await stack.send(Array.from({ length: 30 }, (_, n) => delivery({ text: `{"n":${n},"unlucky":true}` })));
  await stack.run.timeline.until({ step: "returned" }, { count: 30, withinMs: 20_000 });
  stack.run.faults.crashMarker = undefined;
  await stack.settled(sent);
  expect(await stack.account(sent)).toMatchObject({ accepted: 30, stored: 30, lost: 0 });
}, 60_000);

test.each(["direct", "lambda"] as const)(
  "with %s ingress, a queue that is down is an error to the sender, not a loss",
  async (ingress) => {
    await stack.stop();
    stack = await playStack({ ...SETTINGS, ingress }, { speed: SPEED });
    stack.run.faults.queue = "down";
    const refused = await stack.send([delivery(), delivery()]);
    expect(refused.map(({ status }) => status)).toEqual([503, 503]);
    stack.run.faults.queue = "up";
    const sent = [...refused, ...(await stack.deliver(...refused.map(({ delivery: again }) => again)))];
    expect(await stack.account(sent)).toMatchObject({ sent: 4, accepted: 2, stored: 2, lost: 0, ghosts: 0 });
  },
  60_000,
);
