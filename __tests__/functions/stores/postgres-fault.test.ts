import { DatabaseError } from "pg";
import { isConnectionLost, isConnectionUsable } from "../../../functions/database/connection-lost";
import { classifyPostgresFault, isUndone } from "../../../functions/stores/postgres-fault";

function serverFault(code: string): DatabaseError {
  return Object.assign(new DatabaseError("no.", 0, "error"), { code, detail: "Failing row contains (secret)." });
}

test.each(["22021", "22P02", "22P05", "22003", "23514", "23505", "54000", "54001"])("%s is one row's fault", (code) => {
  expect(classifyPostgresFault(serverFault(code))).toEqual({ kind: "unstorable", reason: code, detail: "no." });
});

test.each([
  "08006",
  "25006",
  "28P01",
  "28000",
  "40001",
  "40P01",
  "42501",
  "42P01",
  "53100",
  "53200",
  "53300",
  "54023", // too many arguments: our mistake
  "55P03",
  "57014",
  "57P01",
  "57P03",
  "58030",
  "P0001", // raised by somebody's trigger
  "XX000",
])("%s is the sink's fault", (code) => {
  expect(classifyPostgresFault(serverFault(code))).toMatchObject({ kind: "unavailable", reason: code, detail: "no." });
});

test.each([
  [new Error("Connection terminated unexpectedly"), "Error"],
  [Object.assign(new Error("x"), { code: "ECONNRESET" }), "ECONNRESET"],
  // A system's fault with a code that looks like one row's.
  [Object.assign(new Error("x"), { code: "22000" }), "22000"],
  ["thrown as a text", "UnknownFault"],
])("%p is the sink's fault", (fault, reason) => {
  expect(classifyPostgresFault(fault)).toMatchObject({ kind: "unavailable", reason });
});

test.each([
  ["57P01", true, false],
  ["57P05", true, false],
  ["08006", true, false],
  ["25006", true, false],
  ["57P02", false, false], // the server crashed
  ["57P03", false, false], // it is starting
  ["57014", false, true],
  ["22021", false, true],
  ["53300", false, true],
])("%s: another connection may work is %p, this one still does is %p", (code, isLost, isUsable) => {
  expect([isConnectionLost(serverFault(code)), isConnectionUsable(serverFault(code))]).toEqual([isLost, isUsable]);
});

test("a fault of the network loses the connection", () => {
  const fault = Object.assign(new Error("x"), { code: "ECONNRESET" });
  expect([isConnectionLost(fault), isConnectionUsable(fault)]).toEqual([true, false]);
});

test.each([
  ["40001", true],
  ["40P01", true],
  ["57014", false],
])("%s may be tried again at once: %p", (code, may) => {
  expect(isUndone(serverFault(code))).toBe(may);
});
