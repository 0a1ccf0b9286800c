import { account, bodySha256Of, type StoredRecord } from "../../../local/demo/account";
import type { Sent } from "../../../local/demo/send";

const BODY = Buffer.from("{}");

const sent = (about: Partial<Sent> & { deliveryId?: string; path?: string; body?: Buffer } = {}): Sent => {
  const { deliveryId = "d1", path = "/github", body = BODY, ...rest } = about;
  const delivery = { purpose: "event", method: "POST", path, headers: {}, body, deliveryId } as const;
  return { delivery, status: 200, requestId: "r1", messageId: "m1", latencyMs: 1, answeredAt: 1, ...rest };
};
const record = (about: Partial<StoredRecord> = {}): StoredRecord => ({
  key: "github#d1",
  state: "stored",
  requestId: "r1",
  bodySha256: bodySha256Of(BODY),
  ...about,
});
const NONE = { deadLettered: new Set<string>() };

test.each([
  ["stored when its own request is there", [record()], NONE, "stored"],
  ["a duplicate when another request stored the same content", [record({ requestId: "r0" })], NONE, "duplicates"],
  [
    "a conflict when its own record says so",
    [record({ requestId: "r0", bodySha256: "other" }), record({ key: "#conflict#r1", state: "conflict" })],
    NONE,
    "conflicts",
  ],
  ["rejected by request id", [record({ key: "#rejected#r1", state: "rejected" })], NONE, "rejected"],
  [
    "rejected by message id when its request id cannot be believed",
    [record({ key: "#rejected#message:m1", state: "rejected", requestId: "" })],
    NONE,
    "rejected",
  ],
  [
    "rejected even when an honest event with its id and content is stored",
    [record({ requestId: "r0" }), record({ key: "#rejected#message:m1", state: "rejected", requestId: "" })],
    NONE,
    "rejected",
  ],
  ["failed", [record({ key: "#failed#r1", state: "failed" })], NONE, "failed"],
  ["dead-lettered", [], { deadLettered: new Set(["m1"]) }, "deadLettered"],
  ["waiting while it is on the queue", [], { ...NONE, waiting: new Set(["m1"]) }, "waiting"],
  ["lost when it is nowhere", [], NONE, "lost"],
  ["lost when what is stored under its key has other bytes", [record({ bodySha256: "other" })], NONE, "lost"],
  ["lost when its record has other bytes", [record({ key: "#failed#r1", bodySha256: "other" })], NONE, "lost"],
] as const)("an accepted delivery is %s", (_, records, deadLettered, fate) => {
  const counts = account([sent()], records, deadLettered);
  const { stored, duplicates, conflicts, rejected, failed, deadLettered: dead, waiting, lost } = counts;
  expect({ stored, duplicates, conflicts, rejected, failed, deadLettered: dead, waiting, lost }).toEqual({
    ...{ stored: 0, duplicates: 0, conflicts: 0, rejected: 0, failed: 0, deadLettered: 0, waiting: 0, lost: 0 },
    [fate]: 1,
  });
  expect(counts.lostRequestIds).toEqual(fate === "lost" ? ["r1"] : []);
});

test("what was refused is sent, not accepted; what was stored of it is a ghost", () => {
  const counts = account([sent({ status: 503 })], [record()], NONE);
  expect(counts).toMatchObject({ sent: 1, accepted: 0, stored: 0, ghosts: 1, lost: 0 });
});

test("a request without a delivery id is looked up by its request id, at its path's greeting", () => {
  const delivery = { purpose: "hello", method: "GET", path: "/", headers: {} } as const;
  const stored = record({ key: "root#r1", bodySha256: bodySha256Of(Buffer.from("hello from /")) });
  expect(account([{ ...sent(), delivery }], [stored], NONE)).toMatchObject({ stored: 1, lost: 0 });
});

test.each([
  [
    "stored and recorded",
    [record(), record({ key: "#failed#r1", state: "failed" })],
    { stored: 1, twice: 1, ghosts: 0 },
  ],
  ["stored under two keys", [record(), record({ key: "github#r1" })], { stored: 1, twice: 1, ghosts: 1 }],
  ["stored once", [record()], { stored: 1, twice: 0, ghosts: 0 }],
])("a delivery that is %s is counted so", (_, records, counted) => {
  expect(account([sent()], records, NONE)).toMatchObject(counted);
});
