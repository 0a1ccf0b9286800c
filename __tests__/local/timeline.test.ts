import { Timeline, TimelineTimeout } from "../../local/timeline";

test("entries are stamped, kept in order, and counted by what is asked", () => {
  let now = 1_000;
  const timeline = new Timeline(() => now++);
  timeline.record({ step: "received", requestId: "r1" });
  timeline.record({ step: "queued", requestId: "r1", messageId: "m1" });
  timeline.record({ step: "received", requestId: "r2" });
  expect(timeline.entries({ requestId: "r1" })).toEqual([
    { step: "received", requestId: "r1", at: 1_000 },
    { step: "queued", requestId: "r1", messageId: "m1", at: 1_001 },
  ]);
  expect(timeline.count({ step: "received" })).toBe(2);
});

test("until counts what is there already and what comes", async () => {
  const timeline = new Timeline();
  timeline.record({ step: "stored", key: "a#1" });
  const both = timeline.until({ step: "stored" }, { count: 2, withinMs: 1_000 });
  timeline.record({ step: "stored", key: "a#2" });
  await expect(both).resolves.toBeUndefined();
});

test("a wait that ends in vain says what was seen instead", async () => {
  const timeline = new Timeline();
  for (const step of ["received", "polled", "polled"] as const) timeline.record({ step, messageId: "m7" });
  await expect(timeline.until({ step: "stored", messageId: "m7" }, { withinMs: 1 })).rejects.toEqual(
    new TimelineTimeout('waited 1 ms for 1 × {"step":"stored","messageId":"m7"}, got 0; saw received, polled ×2'),
  );
});

test("untilEach waits for every message to take one of the steps", async () => {
  const timeline = new Timeline();
  timeline.record({ step: "deleted", messageId: "m1" });
  const all = timeline.untilEach(["m1", "m2"], ["deleted", "dead-lettered"], { withinMs: 1_000 });
  timeline.record({ step: "deleted", messageId: "m1" });
  timeline.record({ step: "dead-lettered", messageId: "m2" });
  await expect(all).resolves.toBeUndefined();
  await expect(timeline.untilEach([], ["deleted"], { withinMs: 1 })).resolves.toBeUndefined();
});

test("untilEach says how many are missing, and what the first of them did", async () => {
  const timeline = new Timeline();
  timeline.record({ step: "polled", messageId: "m2" });
  await expect(timeline.untilEach(["m2", "m3"], ["deleted"], { withinMs: 1 })).rejects.toEqual(
    new TimelineTimeout("waited 1 ms for deleted; 2 have not, the first saw polled"),
  );
});

test("a listener hears entries until it is ended", () => {
  const timeline = new Timeline(() => 0);
  const heard: string[] = [];
  const end = timeline.onEntry(({ step }) => heard.push(step));
  timeline.record({ step: "received" });
  end();
  timeline.record({ step: "stored" });
  expect(heard).toEqual(["received"]);
});
