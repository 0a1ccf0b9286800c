import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { type MessageRules, type ParsedMessage, parseDirectMessage } from "../event/direct-message";
import type { WebhookEvent } from "../event/webhook-event";
import type { EventStore } from "../stores/event-store";
import { type Decision, decideEvent, decideRejection } from "./decision";
import type { LogStage } from "./stage-log";

export interface Consumer {
  readonly rules: MessageRules;
  readonly store: EventStore;
  readonly log: LogStage;
}

interface Message {
  readonly record: SQSRecord;
  readonly parsed: ParsedMessage;
}
type Decided = Message & { readonly decision: Decision };

/**
 * Takes a batch to its end: every message is stored, recorded, or reported as a batch item failure.
 * @throws SinkUnavailable when the store takes nothing: then the whole batch comes again
 */
export async function consume(
  records: readonly SQSRecord[],
  { rules, store, log }: Consumer,
  signal: AbortSignal,
): Promise<SQSBatchResponse> {
  const messages = records.map((record) => ({ record, parsed: parseDirectMessage(record, rules) }));
  const say = ({ parsed, decision }: Decided) => log(parsed, decision);
  try {
    const decided = await decideAll(messages, store, signal);
    decided.filter(({ decision }) => decision.record === undefined).forEach(say);

    const recorded = await writeRecords(decided, store, signal);
    recorded.forEach(say);

    const returned = [...decided, ...recorded].filter(({ decision }) => decision.stage === "returned");
    return { batchItemFailures: returned.map(({ record }) => ({ itemIdentifier: record.messageId })) };
  } catch (fault) {
    const reason = fault instanceof Error ? fault.name : "UnknownFault";
    for (const message of messages) say({ ...message, decision: { stage: "returned", reason } });
    throw fault;
  }
}

async function decideAll(messages: readonly Message[], store: EventStore, signal: AbortSignal): Promise<Decided[]> {
  const events: WebhookEvent[] = messages.flatMap(({ parsed }) => (parsed.kind === "event" ? [parsed.event] : []));
  const outcomes = (await store.put(events, signal)).values();
  return messages.map((message) => {
    const { parsed, record } = message;
    if (parsed.kind === "rejection") return { ...message, decision: decideRejection(parsed.rejection) };
    const outcome = outcomes.next().value;
    if (outcome === undefined) throw new Error(`the store gave fewer outcomes than the ${events.length} events it got`);
    return {
      ...message,
      decision: decideEvent(parsed.event, outcome, Number(record.attributes.ApproximateReceiveCount)),
    };
  });
}

/** Writes what has to be recorded. A message whose record was refused is returned: the dead-letter queue will hold it. */
async function writeRecords(decided: readonly Decided[], store: EventStore, signal: AbortSignal): Promise<Decided[]> {
  const due = decided.flatMap((message) => {
    const { record } = message.decision;
    return record === undefined ? [] : [{ message, record }];
  });
  const written = await store.record(
    due.map(({ record }) => record),
    signal,
  );
  return due.map(({ message }, index) =>
    written[index] === true ? message : { ...message, decision: unrecorded(message.decision) },
  );
}

function unrecorded({ stage, reason = stage }: Decision): Decision {
  return { stage: "returned", reason, detail: `its ${stage} record could not be written` };
}
