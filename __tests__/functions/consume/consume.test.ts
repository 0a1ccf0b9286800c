import type { SQSRecord } from "aws-lambda";
import fc from "fast-check";
import { consume } from "../../../functions/consume/consume";
import type { Decision } from "../../../functions/consume/decision";
import { key, type WebhookEvent } from "../../../functions/event/webhook-event";
import { type EventStore, type PutOutcome, recordKey, SinkUnavailable } from "../../../functions/stores/event-store";
import { directRecord, patientSignal, RULES, sqsRecord, WITHOUT_SOURCES } from "../factories";

const UNAVAILABLE = new SinkUnavailable({ what: "down", advice: "wait", cause: undefined });
const UNSTORABLE: PutOutcome = { kind: "unstorable", reason: "ValidationException", detail: "too large" };

/** A store that gives the outcome which the event's body names, and keeps what it was asked to record. */
function scriptedStore({
  recordFault,
  refusesRecords = false,
}: {
  recordFault?: Error;
  refusesRecords?: boolean;
} = {}) {
  const recorded: string[] = [];
  const outcomes: Record<string, PutOutcome> = {
    stored: { kind: "stored", already: false },
    again: { kind: "stored", already: true },
    duplicate: { kind: "duplicate" },
    conflict: { kind: "conflict" },
    unstorable: UNSTORABLE,
  };
  const outcomeOf = ({ body }: WebhookEvent): PutOutcome => {
    const outcome = outcomes[Buffer.from(body).toString()];
    if (outcome === undefined) throw UNAVAILABLE;
    return outcome;
  };
  const store: EventStore = {
    put: async (events) => events.map(outcomeOf),
    record: async (records) => {
      if (recordFault !== undefined && records.length > 0) throw recordFault;
      recorded.push(...records.map(recordKey));
      return records.map(() => !refusesRecords);
    },
  };
  return { store, recorded };
}

const message = (body: string, receiveCount = 1, id = body): SQSRecord =>
  directRecord({ body, messageId: id, requestId: `request-${id}`, receiveCount });
const malformed = sqsRecord({ messageId: "malformed" });

async function run(records: readonly SQSRecord[], options: Parameters<typeof scriptedStore>[0] = {}) {
  const { store, recorded } = scriptedStore(options);
  const stages: string[] = [];
  const log = (parsed: Parameters<Parameters<typeof consume>[1]["log"]>[0], { stage }: Decision) =>
    stages.push(`${parsed.kind === "rejection" ? parsed.rejection.messageId : key(parsed.event)} ${stage}`);
  const work = consume(
    records,
    { rules: RULES, ...WITHOUT_SOURCES, store, log: (...line) => void log(...line) },
    patientSignal(),
  );
  const response = await work.catch((fault: unknown) => fault);
  return { response, recorded, stages };
}

test("every outcome of a batch is dealt with, and said once", async () => {
  const batch = ["stored", "again", "duplicate", "conflict", "unstorable"].map((body) => message(body));
  expect(await run([...batch, malformed, message("unstorable", 3, "third")])).toEqual({
    response: { batchItemFailures: [{ itemIdentifier: "unstorable" }] },
    recorded: ["#conflict#request-conflict", "#rejected#message:malformed", "#failed#request-third"],
    stages: [
      "hello#request-stored stored",
      "hello#request-again stored",
      "hello#request-duplicate duplicate",
      "hello#request-unstorable returned",
      "hello#request-conflict conflict",
      "malformed rejected",
      "hello#request-third failed",
    ],
  });
});

test("an unavailable store fails the whole batch, and nothing is recorded", async () => {
  expect(await run([message("stored"), message("down"), malformed])).toEqual({
    response: UNAVAILABLE,
    recorded: [],
    stages: ["hello#request-stored returned", "hello#request-down returned", "malformed returned"],
  });
});

test.each([["conflict"], ["malformed"], ["unstorable"]])(
  "a record of %s that the unavailable sink did not take fails the whole batch",
  async (kind) => {
    const record = kind === "malformed" ? malformed : message(kind, 3);
    expect((await run([record], { recordFault: UNAVAILABLE })).response).toBe(UNAVAILABLE);
  },
);

test("a message whose record was refused comes again, until the dead-letter queue holds it", async () => {
  const { response, stages } = await run([message("stored"), message("unstorable", 9)], { refusesRecords: true });
  expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: "unstorable" }] });
  expect(stages).toEqual(["hello#request-stored stored", "hello#request-unstorable returned"]);
});

test("a store that gives too few outcomes is a mistake of ours: everything comes again", async () => {
  const store: EventStore = { put: async () => [], record: async () => [] };
  await expect(
    consume([message("stored")], { rules: RULES, ...WITHOUT_SOURCES, store, log: () => {} }, patientSignal()),
  ).rejects.toThrow(new Error("the store gave fewer outcomes than the 1 events it got"));
});

test("only ids that came in are reported as failed, each once, and exactly the unstorable ones", async () => {
  const body = fc.constantFrom("stored", "again", "duplicate", "conflict", "unstorable", "malformed");
  const batch = fc.uniqueArray(fc.record({ id: fc.uuid(), body, receiveCount: fc.integer({ min: 1, max: 5 }) }), {
    selector: ({ id }) => id,
  });
  await fc.assert(
    fc.asyncProperty(batch, fc.boolean(), async (given, refusesRecords) => {
      const records = given.map(({ id, body, receiveCount }) =>
        body === "malformed" ? sqsRecord({ messageId: id }) : message(body, receiveCount, id),
      );
      const needsRecord = ({ body, receiveCount }: (typeof given)[number]) =>
        body === "conflict" || body === "malformed" || (body === "unstorable" && receiveCount >= 3);
      const due = given.filter((one) => (needsRecord(one) ? refusesRecords : one.body === "unstorable"));
      const { response } = await run(records, { refusesRecords });
      const { batchItemFailures } = response as Awaited<ReturnType<typeof consume>>;
      expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual(
        due.map(({ id }) => id).sort(),
      );
    }),
  );
});
