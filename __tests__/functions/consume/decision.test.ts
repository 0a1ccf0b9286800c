import { decideEvent, decideRejection } from "../../../functions/consume/decision";
import type { PutOutcome } from "../../../functions/stores/event-store";
import { webhookEvent } from "../factories";

const event = webhookEvent();
const unstorable = { kind: "unstorable", reason: "ValidationException", detail: "too large" } as const;

test.each<[string, PutOutcome, number, object]>([
  ["stored", { kind: "stored", already: false }, 1, { stage: "stored" }],
  ["stored by an earlier try", { kind: "stored", already: true }, 2, { stage: "stored", alreadyStored: true }],
  ["duplicate", { kind: "duplicate" }, 1, { stage: "duplicate" }],
  ["unstorable on its 1st receive", unstorable, 1, { stage: "returned" }],
  ["unstorable on its 2nd receive", unstorable, 2, { stage: "returned" }],
  ["unstorable on an uncounted receive", unstorable, Number.NaN, { stage: "returned" }],
])("an event that is %s needs no record", (_case, outcome, receiveCount, expected) => {
  const decision = decideEvent(event, outcome, receiveCount);
  expect(decision).toMatchObject(expected);
  expect(decision.record).toBeUndefined();
});

test.each([3, 4, 1_000])("an event that cannot be stored is recorded as failed on receive %i", (receiveCount) => {
  expect(decideEvent(event, unstorable, receiveCount)).toEqual({
    stage: "failed",
    reason: "ValidationException",
    detail: "too large",
    record: { ...event, state: "failed", reason: "ValidationException", detail: "too large" },
  });
});

test("a conflict is recorded with the key that it conflicts with", () => {
  expect(decideEvent(event, { kind: "conflict" }, 1)).toMatchObject({
    stage: "conflict",
    record: { state: "conflict", reason: "OTHER_CONTENT", conflictsWith: "github#delivery-1", body: event.body },
  });
});

const rejection = {
  code: "FORM_UNEXPECTED",
  detail: "why",
  messageId: "message-1",
  queuedAt: "2023-11-14T22:13:20.456Z",
  messageAttributes: { trusted: "forged" },
  body: Buffer.from("body"),
} as const;

test("a rejected message that cannot be believed is recorded with what the queue knows", () => {
  expect(decideRejection(rejection).record).toEqual({
    state: "rejected",
    reason: "FORM_UNEXPECTED",
    detail: "why",
    messageId: "message-1",
    receivedAt: "2023-11-14T22:13:20.456Z",
    messageAttributes: { trusted: "forged" },
    body: Buffer.from("body"),
  });
});

test("a rejected message that can be believed is recorded with its request and source", () => {
  const { requestId, receivedAt, method, sourceIp } = event;
  const request = { requestId, receivedAt, method, path: "/github/x", sourceIp };
  expect(decideRejection({ ...rejection, request, source: "github" }).record).toMatchObject({
    ...request,
    source: "github",
  });
});
