/** The stand-in's own rules: a state that is lost or mixed up must be refused, or the tests above it prove nothing. */

import { createHash } from "node:crypto";
import { CloudRefusal } from "./cloud-refusal";
import { type NewStateVersion, upload } from "./cloud-state-version";
import { CloudWorkspace } from "./cloud-workspaces";

const md5 = (text: string) => createHash("md5").update(text).digest("hex");
const next = (serial: number, text: string, lineage = "one"): NewStateVersion => ({ serial, lineage, md5: md5(text) });

/** Locked, with a state of serial 3. */
function workspace(): CloudWorkspace {
  const made = new CloudWorkspace("webhook-dev", [], "local");
  made.lock("ana");
  upload(made.announce(next(3, "{}")), Buffer.from("{}"));
  return made;
}

test.each([
  ["a serial that was passed", next(2, "{ }"), "conflict: serial 2 does not follow 3"],
  ["the current serial with another content", next(3, "{ }"), "conflict: serial 3 does not follow 3"],
  ["another lineage", next(4, "{ }", "two"), "conflict: the state has another lineage"],
])("%s is refused", (_what, version, message) => {
  expect(() => workspace().announce(version)).toThrow(new CloudRefusal(409, message));
});

test.each([
  ["the next serial", next(4, "{ }")],
  ["the same state again, as an interrupted apply sends it", next(3, "{}")],
  ["what is forced", { ...next(1, "{ }", "two"), force: true }],
])("%s is taken", (_what, version) => {
  expect(workspace().announce(version).announced).toEqual(version);
});

test("without a lock nothing is taken", () => {
  const unlocked = workspace();
  unlocked.unlock("ana");
  const message = "conflict: the workspace is not locked";
  expect(() => unlocked.announce(next(4, "{ }"))).toThrow(new CloudRefusal(409, message));
});

test("a version becomes the state when its bytes have come, and only those that were announced", () => {
  const made = workspace();
  const version = made.announce(next(4, "{ }"));
  expect(made.current?.announced.serial).toBe(3);
  const message = "bad request: the MD5 is not the announced one";
  expect(() => upload(version, Buffer.from("[]"))).toThrow(new CloudRefusal(400, message));
  upload(version, Buffer.from("{ }"));
  expect(made.current?.announced.serial).toBe(4);
  expect(() => upload(version, Buffer.from("{ }"))).toThrow(new CloudRefusal(409, "conflict: uploaded already"));
});

test("a lock is one run's, and nobody else takes it off", () => {
  const made = workspace();
  expect(() => made.lock("ana")).toThrow(new CloudRefusal(409, "conflict: locked by ana"));
  expect(() => made.unlock("ben")).toThrow(new CloudRefusal(409, "conflict: not locked by ben"));
  made.unlock("ana");
  made.lock("ben");
  expect(made.lockedBy).toBe("ben");
});
