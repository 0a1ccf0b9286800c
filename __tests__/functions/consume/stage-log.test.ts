import { STAGES } from "../../../functions/consume/decision";
import { stageLog } from "../../../functions/consume/stage-log";
import { parseMessage } from "../../../functions/event/message";
import type { ParsedMessage } from "../../../functions/event/parsed-message";
import { directRecord, LAMBDA_RULES, publisherRecord, RULES, sqsRecord } from "../factories";

const event = parseMessage(directRecord({ requestId: "r1", body: "secret" }), RULES);

/** What stands on stdout after one line. */
function lineOf(message: ParsedMessage, decision: Parameters<ReturnType<typeof stageLog>>[1], sourceNames?: string[]) {
  const write = jest.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    stageLog(sourceNames)(message, decision);
    return write.mock.calls.map(([text]) => String(text));
  } finally {
    write.mockRestore();
  }
}

test.each(STAGES)("%s is one JSON line on stdout, without the body", (stage) => {
  const [line = "", ...more] = lineOf(event, { stage });
  expect(more).toEqual([]);
  expect(line).toMatch(/^[^\n]+\n$/);
  expect(line).not.toContain("secret");
  expect(JSON.parse(line)).toMatchObject({
    message: expect.any(String),
    stage,
    key: "hello#r1",
    requestId: "r1",
    messageId: "message-1",
  });
});

test("a reason stands alone for machines and with its detail for people", () => {
  const [line = ""] = lineOf(event, { stage: "failed", reason: "ValidationException", detail: "too large" });
  expect(JSON.parse(line)).toMatchObject({
    level: "ERROR",
    message: "Failed and recorded, cannot be stored: too large",
    reason: "ValidationException",
  });
});

test("an event that was stored by an earlier try says so", () => {
  const [line = ""] = lineOf(event, { stage: "stored", alreadyStored: true });
  expect(JSON.parse(line)).toMatchObject({ stage: "stored", alreadyStored: true });
});

test.each([
  [{}, "Rejected and recorded, not an event: why"],
  [{ countedOnly: true }, "Rejected and counted, not recorded: its source's bound for the minute is reached: why"],
] as const)("a rejected message says whether it was recorded: %j", (given, sentence) => {
  const rejected = parseMessage(directRecord({ headerSet: "gitlab" }), RULES);
  const [line = ""] = lineOf(rejected, { stage: "rejected", reason: "HEADER_SET_UNKNOWN", detail: "why", ...given });
  expect(JSON.parse(line)).toMatchObject({ message: sentence, ...given });
});

test("an event that is accepted unverified, or has no id of its own, says why", () => {
  if (event.kind !== "event") throw new Error(event.kind);
  const marks = { unverified: "SIGNATURE_MISMATCH", identityMissing: "no header x-id" } as const;
  const [line = ""] = lineOf({ ...event, event: { ...event.event, ...marks } }, { stage: "stored" });
  expect(JSON.parse(line)).toMatchObject({ stage: "stored", ...marks });
});

test.each([
  ["hello", ["hello"], "hello"],
  ["unverified:hello", ["hello"], "hello"],
  ["unclaimed:hello", ["hello"], undefined],
  ["hello", [], undefined],
])("a line of an event of %j, where the settings name %j, has the source %j", (source, names, expected) => {
  if (event.kind !== "event") throw new Error(event.kind);
  const [line = ""] = lineOf({ ...event, event: { ...event.event, source } }, { stage: "stored" }, names);
  expect(JSON.parse(line).source).toBe(expected);
});

test("a rejected message's line has its source, if the settings name it", () => {
  const rejected = parseMessage(directRecord({ headerSet: "gitlab" }), RULES);
  const [known = "", unknown = ""] = [["hello"], []].flatMap((names) => lineOf(rejected, { stage: "rejected" }, names));
  expect([JSON.parse(known).source, JSON.parse(unknown).source]).toEqual(["hello", undefined]);
});

test("a message that cannot be believed is named by the key of its record", () => {
  const [line = ""] = lineOf(parseMessage(sqsRecord({}), RULES), {
    stage: "rejected",
    reason: "FORM_UNEXPECTED",
  });
  expect(JSON.parse(line)).toMatchObject({ key: "#rejected#message:message-1", messageId: "message-1" });
  expect(JSON.parse(line)).not.toHaveProperty("requestId");
});

test("an event whose body has not been read is named like any other", () => {
  const claim = { key: "inflight/r1", bytes: 300_000, sha256: "0".repeat(64) };
  const envelope = { query: "", headers: { "webhook-id": "w1" }, claim };
  const message = parseMessage(publisherRecord({ requestId: "r1", envelope }), LAMBDA_RULES);
  const [line = ""] = lineOf(message, { stage: "returned", reason: "CLAIM_BODY_MISSING" });
  expect(JSON.parse(line)).toMatchObject({ key: "hello#w1", requestId: "r1", reason: "CLAIM_BODY_MISSING" });
});
