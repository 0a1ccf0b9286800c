/** What a function's answer to a batch means (Lambda Developer Guide, "Implementing partial batch responses"). Pure. */

export type BatchResult =
  /** Ids to make visible again; empty when all went well. */
  { readonly failedIds: ReadonlySet<string> } | { readonly wholeBatchFailed: string };

const ALL_WELL: BatchResult = { failedIds: new Set() };

/**
 * @param response what the function returned
 * @param ids of the batch's messages
 */
export function readBatchResponse(response: unknown, ids: readonly string[]): BatchResult {
  if (response === null || response === undefined) return ALL_WELL;
  if (typeof response !== "object") return failed(`the response is ${JSON.stringify(response)}, not an object`);
  const { batchItemFailures: items } = response as { batchItemFailures?: unknown };
  if (items === null || items === undefined) return ALL_WELL;
  if (!Array.isArray(items)) return failed("batchItemFailures is not a list");
  const failedIds = new Set<string>();
  for (const item of items as unknown[]) {
    const id = (item as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== "string" || id === "") return failed("a batchItemFailure has no itemIdentifier");
    if (!ids.includes(id)) return failed(`itemIdentifier "${id}" is no message of the batch`);
    failedIds.add(id);
  }
  return { failedIds };
}

const failed = (why: string): BatchResult => ({ wholeBatchFailed: why });
