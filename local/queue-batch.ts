/** The batch actions of SQS: what a batch must be like, and each entry's own answer. */
import { AwsFault } from "./aws-fault";
import { type MessageAttributes, messageBytes } from "./message-rules";
import type { ActionInput } from "./queue-actions";

/** SQS API, the batch actions: entries in one request, and what their ids are made of. */
const MAX_ENTRIES = 10;
const ENTRY_ID = /^[\w-]{1,80}$/;
/** SQS API, SendMessageBatch: all messages of a batch together. */
const MAX_BATCH_BYTES = 1_048_576;

/** @throws AwsFault for a batch that is refused as a whole; a refused entry is among the failed ones */
export function batch(input: ActionInput, act: (entry: ActionInput) => unknown) {
  const Successful: unknown[] = [];
  const Failed: unknown[] = [];
  for (const entry of entriesOf(input)) {
    try {
      Successful.push({ Id: entry.Id, ...(act(entry) ?? {}) });
    } catch (fault) {
      if (!(fault instanceof AwsFault)) throw fault;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: fault.code, Message: fault.message });
    }
  }
  return { Successful, Failed };
}

/** @throws AwsFault when the messages are too large together */
export function checkBatchBytes(input: ActionInput): void {
  const bytes = entriesOf(input)
    .map(({ MessageBody = "", MessageAttributes = {} }) =>
      messageBytes(String(MessageBody), MessageAttributes as MessageAttributes),
    )
    .reduce((sum, each) => sum + each, 0);
  if (bytes > MAX_BATCH_BYTES)
    throw refusal(
      "BatchRequestTooLong",
      `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
    );
}

function entriesOf({ Entries }: ActionInput): readonly ActionInput[] {
  const entries = Array.isArray(Entries) ? (Entries as ActionInput[]) : [];
  if (entries.length === 0) throw refusal("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (entries.length > MAX_ENTRIES)
    throw refusal(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`,
    );
  const ids = entries.map(({ Id }) => String(Id ?? ""));
  if (!ids.every((id) => ENTRY_ID.test(id)))
    throw refusal(
      "InvalidBatchEntryId",
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
    );
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw refusal("BatchEntryIdsNotDistinct", `Id ${repeated} repeated.`);
  return entries;
}

const refusal = (code: string, message: string): AwsFault =>
  new AwsFault(code, message, { queryCode: `AWS.SimpleQueueService.${code}` });
