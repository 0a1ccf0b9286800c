import { type Difference, differences, type KnownDifference, unexplained } from "./drift";
import { EMULATOR_DIFFERENCES } from "./emulator-differences";
import type { Plan } from "./plan-json";

type Change = Plan["resource_changes"][number]["change"];

const plan = (change: Change, type = "aws_sqs_queue"): Plan => ({
  resource_changes: [{ address: `${type}.events`, type, change }],
});
const queue = { address: "aws_sqs_queue.events", type: "aws_sqs_queue" };

test.each<[string, Plan, readonly Difference[]]>([
  ["nothing", plan({ actions: ["no-op"], before: { a: 1 }, after: { a: 1 } }), []],
  [
    "an attribute that would be updated, and not those that would stay",
    plan({ actions: ["update"], before: { a: 1, b: [1] }, after: { a: 2, b: [1] } }),
    [{ ...queue, what: "a", before: 1, after: 2 }],
  ],
  [
    "an attribute whose value is known after the apply only, also inside a block",
    plan({ actions: ["update"], before: { a: 1 }, after: { a: 1 }, after_unknown: { a: [{ b: true }], c: false } }),
    [{ ...queue, what: "a", before: 1, after: 1 }],
  ],
  [
    "a resource that would be replaced",
    plan({ actions: ["delete", "create"], before: { a: 1 }, after: { a: 1 } }),
    [{ ...queue, what: "delete and create" }],
  ],
  [
    "a data source that would be read again: what depends on it could change",
    plan({ actions: ["read"], before: null, after: {} }, "archive_file"),
    [{ address: "archive_file.events", type: "archive_file", what: "read" }],
  ],
  [
    "an output that would change",
    { resource_changes: [], output_changes: { url: { actions: ["update"] }, name: { actions: ["no-op"] } } },
    [{ address: "output.url", type: "output", what: "update" }],
  ],
])("a plan shows %s", (_what, shown, expected) => {
  expect(differences(shown)).toEqual(expected);
});

describe("of a redrive policy", () => {
  const changed = (before: string, after: string) =>
    unexplained(
      plan({ actions: ["update"], before: { redrive_policy: before }, after: { redrive_policy: after } }),
      EMULATOR_DIFFERENCES,
    );

  test("other white space is the emulator's", () => {
    expect(changed('{"maxReceiveCount": 5}', '{"maxReceiveCount":5}')).toEqual([]);
  });

  test("another count is not", () => {
    expect(changed('{"maxReceiveCount": 5}', '{"maxReceiveCount":6}')).toEqual([
      'aws_sqs_queue.events: redrive_policy from "{\\"maxReceiveCount\\": 5}" to "{\\"maxReceiveCount\\":6}"',
    ]);
  });
});

test("an entry explains its attribute of its type only, and no replacement", () => {
  const known: KnownDifference = { type: "aws_sqs_queue", attribute: "a", reason: "", explains: () => true };
  const change: Change = { actions: ["update"], before: { a: 1, b: 1 }, after: { a: 2, b: 2 } };
  expect(unexplained(plan(change), [known])).toEqual(["aws_sqs_queue.events: b from 1 to 2"]);
  expect(unexplained(plan(change, "aws_sns_topic"), [known])).toHaveLength(2);
  expect(unexplained(plan({ ...change, actions: ["create", "delete"] }), [known])).toEqual([
    "aws_sqs_queue.events: create and delete",
  ]);
});
