import { faultDetail, faultName } from "./fault-name";

/** What a failed call means for the event it was about. */
export type DynamoDbFault =
  /** DynamoDB works and will never take this item. */
  | { readonly kind: "unstorable"; readonly reason: string; readonly detail: string }
  /** It does not take anything now, or we are not allowed to: not the event's fault. */
  | { readonly kind: "unavailable"; readonly reason: string; readonly detail: string; readonly advice: string };

/** Refusals of one item (DynamoDB API, PutItem, Errors; developer guide, "Error handling"): retrying cannot help. */
const UNSTORABLE = new Set([
  "ValidationException", // key over 2,048 bytes, item over 400 KB
  "ItemCollectionSizeLimitExceededException",
  "RequestEntityTooLargeException",
  "SerializationException",
]);

/** What an operator can do, by the name of the fault. Also our own mistakes: an event must not be lost for them. */
const ADVICE: Readonly<Record<string, string>> = {
  AccessDeniedException: "The consumer's role must allow dynamodb:PutItem and dynamodb:GetItem on the table.",
  ResourceNotFoundException:
    "The table that EVENTS_TABLE_NAME names does not exist in this region: deploy the stack again.",
  ProvisionedThroughputExceededException:
    "The table is throttled: look at its capacity, or lower the maximum concurrency.",
  ThrottlingException: "The table is throttled: look at its capacity, or lower the maximum concurrency.",
  RequestLimitExceeded:
    "The account's throughput quota is used up: ask AWS for more, or lower the maximum concurrency.",
  LimitExceededException: "The table is being changed by too many operations at once: wait until they have ended.",
  UnrecognizedClientException: "The function's credentials are not accepted: look at its role.",
  ExpiredTokenException: "The function's credentials have expired: look at its role.",
};
/** Fits a fault of the network and of AWS, and a call that was ended because the invocation's time ran out. */
const WAIT = "If it lasts, look at the AWS Health Dashboard and at the function's network.";

/** Anything that is not known to be one event's fault counts as the sink's: then the event comes again. */
export function classifyDynamoDbFault(error: unknown): DynamoDbFault {
  const reason = faultName(error);
  const detail = faultDetail(error);
  if (UNSTORABLE.has(reason) || httpStatus(error) === 413) return { kind: "unstorable", reason, detail };
  return { kind: "unavailable", reason, detail, advice: ADVICE[reason] ?? WAIT };
}

function httpStatus(error: unknown): unknown {
  if (typeof error !== "object" || error === null || !("$metadata" in error)) return undefined;
  const metadata = error.$metadata;
  return typeof metadata === "object" && metadata !== null && "httpStatusCode" in metadata
    ? metadata.httpStatusCode
    : undefined;
}
