import { stepOf } from "../../local/log-lines";

const line = (fields: Record<string, unknown>) => JSON.stringify({ level: "INFO", message: "…", ...fields });

test("makes a step of a stage, with who it is about", () => {
  const logged = { stage: "stored", key: "github#1", requestId: "r1", messageId: "m1", timestamp: "now" };
  expect(stepOf(line(logged))).toEqual({ step: "stored", key: "github#1", requestId: "r1", messageId: "m1" });
});

test("what the publisher published is queued, and what it refused is refused", () => {
  const who = { requestId: "r1", key: "github#1" };
  expect(stepOf(line({ stage: "published", ...who, messageId: "m1" }))).toEqual({
    step: "queued",
    ...who,
    messageId: "m1",
  });
  expect(stepOf(line({ stage: "refused", ...who, reason: "QUEUE_UNAVAILABLE" }))).toEqual({
    step: "refused",
    ...who,
    facts: { reason: "QUEUE_UNAVAILABLE" },
  });
});

test("an event of an unwanted type is filtered", () => {
  const who = { requestId: "r1", key: "github#1", messageId: "m1" };
  expect(stepOf(line({ stage: "filtered", ...who }))).toEqual({ step: "filtered", ...who });
});

test("keeps why, and that it was stored already", () => {
  expect(stepOf(line({ stage: "rejected", reason: "trusted attributes" }))).toEqual({
    step: "rejected",
    facts: { reason: "trusted attributes" },
  });
  expect(stepOf(line({ stage: "stored", alreadyStored: true }))).toEqual({
    step: "stored",
    facts: { alreadyStored: true },
  });
});

test.each([
  ["no JSON", "Error: stage"],
  ["JSON that is cut off", '{"stage":"stored"'],
  ["no stage", line({})],
  ["the stage that the mapping tells itself", line({ stage: "returned" })],
  ["a stage that is no step", line({ stage: "constructor" })],
])("takes nothing from a line with %s", (_, text) => {
  expect(stepOf(text)).toBeUndefined();
});
