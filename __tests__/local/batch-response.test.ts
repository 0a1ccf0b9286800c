import { type BatchResult, readBatchResponse } from "../../local/batch-response";

const IDS = ["m1", "m2", "m3"];
const failures = (...ids: unknown[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

// Lambda Developer Guide, "Success and failure conditions" of partial batch responses.
test.each<[what: string, response: unknown, result: BatchResult]>([
  ["no response", undefined, { failedIds: new Set() }],
  ["null", null, { failedIds: new Set() }],
  ["an empty object", {}, { failedIds: new Set() }],
  ["a list that is null", { batchItemFailures: null }, { failedIds: new Set() }],
  ["an empty list", failures(), { failedIds: new Set() }],
  ["some ids", failures("m1", "m3"), { failedIds: new Set(["m1", "m3"]) }],
  ["an id twice", failures("m1", "m1"), { failedIds: new Set(["m1"]) }],
  ["text", "ok", { wholeBatchFailed: 'the response is "ok", not an object' }],
  ["a list that is none", { batchItemFailures: "m1" }, { wholeBatchFailed: "batchItemFailures is not a list" }],
  ["an empty id", failures("m1", ""), { wholeBatchFailed: "a batchItemFailure has no itemIdentifier" }],
  ["a null id", failures(null), { wholeBatchFailed: "a batchItemFailure has no itemIdentifier" }],
  [
    "a bad key name",
    { batchItemFailures: [{ itemIdentifer: "m1" }] },
    { wholeBatchFailed: "a batchItemFailure has no itemIdentifier" },
  ],
  [
    "an item that is null",
    { batchItemFailures: [null] },
    { wholeBatchFailed: "a batchItemFailure has no itemIdentifier" },
  ],
  ["an id of another batch", failures("m9"), { wholeBatchFailed: 'itemIdentifier "m9" is no message of the batch' }],
])("reads %s", (_, response, result) => {
  expect(readBatchResponse(response, IDS)).toEqual(result);
});
