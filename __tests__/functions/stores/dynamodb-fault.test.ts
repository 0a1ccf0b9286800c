import { classifyDynamoDbFault } from "../../../functions/stores/dynamodb-fault";

const named = (name: string, more: object = {}) => Object.assign(new Error("why"), { name }, more);

test.each([
  ["an item or key that is too large", named("ValidationException"), "unstorable"],
  ["an item collection that is full", named("ItemCollectionSizeLimitExceededException"), "unstorable"],
  ["a request that DynamoDB cannot read", named("SerializationException"), "unstorable"],
  ["a request that is too large", named("UnknownError", { $metadata: { httpStatusCode: 413 } }), "unstorable"],
  ["throttling", named("ProvisionedThroughputExceededException"), "unavailable"],
  ["throttling of the account", named("RequestLimitExceeded"), "unavailable"],
  ["a server error", named("InternalServerError", { $metadata: { httpStatusCode: 500 } }), "unavailable"],
  ["a role without the permission", named("AccessDeniedException"), "unavailable"],
  ["a table that is not there", named("ResourceNotFoundException"), "unavailable"],
  ["a timeout", named("TimeoutError"), "unavailable"],
  ["an aborted call", named("AbortError"), "unavailable"],
  ["an error that nobody knows", new Error("why"), "unavailable"],
  ["something that is no error", "why", "unavailable"],
])("%s", (_case, error, kind) => {
  expect(classifyDynamoDbFault(error)).toMatchObject({ kind, detail: "why" });
});

test("a fault of the system is named by its code", () => {
  expect(classifyDynamoDbFault(Object.assign(new Error("connect"), { code: "ECONNREFUSED" })).reason).toBe(
    "ECONNREFUSED",
  );
});
