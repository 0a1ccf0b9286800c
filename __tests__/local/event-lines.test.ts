import { EventLines } from "../../local/event-lines";
import { Timeline } from "../../local/timeline";

function shown(isColoured = false) {
  let now = Date.UTC(2026, 0, 1);
  const timeline = new Timeline(() => now);
  const lines: string[] = [];
  const eventLines = new EventLines((line) => lines.push(line), { isColoured });
  timeline.onEntry((entry) => eventLines.show(entry));
  const later = (ms: number) => {
    now += ms;
  };
  return { timeline, lines, later };
}

const RECEIVED = { step: "received", requestId: "r1", facts: { method: "POST", path: "/github" } } as const;

test("an event is one line when it ends, with its state, its time from request to store, and its key", () => {
  const { timeline, lines, later } = shown();
  timeline.record(RECEIVED);
  timeline.record({ step: "queued", requestId: "r1", messageId: "m1" });
  later(42);
  timeline.record({ step: "polled", messageId: "m1" });
  timeline.record({ step: "stored", requestId: "r1", messageId: "m1", key: "github#d1" });
  expect(lines).toEqual(["00:00:00.042  stored            42 ms  POST /github  github#d1"]);
});

test("a refused request is a line with its reason", () => {
  const { timeline, lines } = shown();
  timeline.record(RECEIVED);
  timeline.record({ step: "refused", requestId: "r1", facts: { status: 429 } });
  expect(lines).toEqual(["00:00:00.000  refused            0 ms  POST /github  (429)"]);
});

test("an event of an unwanted type ends as filtered", () => {
  const { timeline, lines } = shown();
  timeline.record(RECEIVED);
  timeline.record({ step: "filtered", requestId: "r1", key: "github#d1" });
  expect(lines).toEqual(["00:00:00.000  filtered           0 ms  POST /github  github#d1"]);
});

test("each return to the queue is a line, and the end is still timed from the request", () => {
  const { timeline, lines, later } = shown();
  timeline.record(RECEIVED);
  timeline.record({ step: "queued", requestId: "r1", messageId: "m1" });
  later(1_000);
  timeline.record({ step: "returned", messageId: "m1", facts: { reason: "timeout" } });
  later(1_000);
  timeline.record({ step: "dead-lettered", messageId: "m1" });
  expect(lines).toEqual([
    "00:00:01.000  returned        1000 ms  POST /github  (timeout)",
    "00:00:02.000  dead-lettered   2000 ms  POST /github",
  ]);
});

test("states are coloured where colour is wanted", () => {
  const { timeline, lines } = shown(true);
  timeline.record({ step: "failed", messageId: "m1", key: "github#d1", facts: { reason: "TOO_LARGE" } });
  expect(lines[0]).toContain("\u001b[31mfailed");
});
