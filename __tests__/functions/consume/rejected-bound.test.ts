import { RejectedBound } from "../../../functions/consume/rejected-bound";
import type { UnstoredRecord } from "../../../functions/stores/event-store";
import type { RejectedPlaces } from "../../../functions/stores/rejected-places";
import { patientSignal, webhookEvent } from "../factories";

const signal = patientSignal();

let requests = 0;
function rejected(given: Partial<UnstoredRecord> = {}): UnstoredRecord {
  const event = webhookEvent({ requestId: `r${++requests}` });
  return { ...event, state: "rejected", reason: "SIGNATURE_MISMATCH", detail: "", ...given };
}

/** Places of all execution environments together. */
function places(maxPerMinute: number) {
  const taken = new Map<string, Set<string>>();
  const calls: string[] = [];
  const store: RejectedPlaces = {
    take: async ({ source = "", minuteMs }, ids) => {
      const bucket = `${source} ${new Date(minuteMs).toISOString()}`;
      calls.push(bucket);
      const held = taken.get(bucket) ?? new Set();
      for (const id of ids) if (held.size < maxPerMinute) held.add(id);
      taken.set(bucket, held);
      return new Set(held);
    },
  };
  const bound = () => new RejectedBound(store, { sourceNames: ["github", "stripe"], maxPerMinute });
  return { bound, calls };
}

const admittedOf = async (bound: RejectedBound, records: readonly UnstoredRecord[]) =>
  [...(await bound.admit(records, signal))].map((record) => records.indexOf(record)).sort();

test("so many rejected records of a source and a minute are kept, and each source has its own places", async () => {
  const records = ["github", "github", "stripe", "github", "stripe", "stripe"].map((source) => rejected({ source }));
  expect(await admittedOf(places(2).bound(), records)).toEqual([0, 1, 2, 4]);
});

test("names that strangers choose have their places together", async () => {
  const { source: _, ...unknown } = rejected();
  const records = [
    rejected({ source: "a" }),
    rejected({ source: "b" }),
    unknown,
    rejected({ source: "unclaimed:github" }),
  ];
  expect(await admittedOf(places(2).bound(), records)).toEqual([0, 1]);
});

test("each minute of receiving has its own places, whenever the messages are handled", async () => {
  const minutes = ["22:13:00.000", "22:13:59.999", "22:14:00.000"].map((time) => `2023-11-14T${time}Z`);
  const records = minutes.map((receivedAt) => rejected({ receivedAt }));
  expect(await admittedOf(places(1).bound(), records)).toEqual([0, 2]);
});

test.each([
  ["a conflict", { state: "conflict", reason: "OTHER_CONTENT" }],
  ["an event that cannot be stored", { state: "failed", reason: "ValidationException" }],
  ["a message of the other ingress", { reason: "FORM_UNEXPECTED" }],
  ["a message with headers of the stack before", { reason: "HEADER_SET_UNKNOWN" }],
  ["what is no envelope", { reason: "ENVELOPE_MALFORMED" }],
] as const)("%s is always recorded: honest events are among them", async (_case, given) => {
  const { bound, calls } = places(0);
  expect(await admittedOf(bound(), [rejected(given), rejected(given)])).toEqual([0, 1]);
  expect(calls).toEqual([]);
});

test("a message that comes again keeps the place it has, in every environment", async () => {
  const { bound } = places(1);
  const first = rejected();
  const [one, other] = [bound(), bound()];
  expect(await admittedOf(one, [first])).toEqual([0]);
  expect(await admittedOf(other, [rejected(), first])).toEqual([1]);
  expect(await admittedOf(one, [rejected(), first])).toEqual([1]);
});

test("a flood costs one call a minute and environment, once the places are taken", async () => {
  const { bound, calls } = places(3);
  const environment = bound();
  let kept = 0;
  for (let batch = 0; batch < 500; batch++) {
    kept += (
      await environment.admit(
        Array.from({ length: 10 }, () => rejected()),
        signal,
      )
    ).size;
  }
  expect(kept).toBe(3);
  expect(calls).toHaveLength(1);
});
