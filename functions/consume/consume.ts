import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { parseMessage } from "../event/message";
import type { MessageRules, ParsedMessage } from "../event/parsed-message";
import { BODIES_SIDE_BY_SIDE, type BodyStore } from "../stores/body-store";
import type { EventStore } from "../stores/event-store";
import { sideBySide } from "../stores/side-by-side";
import { type ReadMessage, withBody } from "./body";
import { type Decision, decideEvent, decideRejection } from "./decision";
import type { LogStage } from "./stage-log";

export interface Consumer {
  readonly rules: MessageRules;
  readonly store: EventStore;
  /** Absent in a stack of direct ingress, whose messages carry their bodies. */
  readonly bodies?: BodyStore;
  readonly log: LogStage;
}

interface Message {
  readonly record: SQSRecord;
  readonly parsed: ParsedMessage;
}
type Readable = Message & { readonly read: ReadMessage };
type Decided = Message & { readonly decision: Decision };

/**
 * Takes a batch to its end: every message is stored, recorded, or reported as a batch item failure.
 * @throws SinkUnavailable when the store takes nothing, or bodies cannot be read: then the whole batch comes again
 */
export async function consume(
  records: readonly SQSRecord[],
  consumer: Consumer,
  signal: AbortSignal,
): Promise<SQSBatchResponse> {
  const messages = records.map((record) => ({ record, parsed: parseMessage(record, consumer.rules) }));
  try {
    const settled = await sideBySide(groups(messages), BODIES_SIDE_BY_SIDE, (group) => settle(group, consumer, signal));
    const returned = settled.flat().filter(({ decision }) => decision.stage === "returned");
    return { batchItemFailures: returned.map(({ record }) => ({ itemIdentifier: record.messageId })) };
  } catch (fault) {
    const reason = fault instanceof Error ? fault.name : "UnknownFault";
    for (const { parsed } of messages) consumer.log(parsed, { stage: "returned", reason });
    throw fault;
  }
}

/** What came with its body goes together; each large body for itself, so that a batch of them fits into memory. */
function groups(messages: readonly Message[]): (readonly Message[])[] {
  const isClaim = ({ parsed }: Message) => parsed.kind === "claim";
  const whole = messages.filter((message) => !isClaim(message));
  return [whole, ...messages.filter(isClaim).map((message) => [message])];
}

async function settle(messages: readonly Message[], consumer: Consumer, signal: AbortSignal): Promise<Decided[]> {
  const { store, bodies, log } = consumer;
  const readable: Readable[] = [];
  for (const message of messages) readable.push({ ...message, read: await withBody(message.parsed, bodies, signal) });

  const decided = await decideAll(readable, store, signal);
  const done = decided.filter(({ decision }) => decision.record === undefined);
  for (const { parsed, decision } of done) log(parsed, decision);

  const recorded = await writeRecords(decided, store, signal);
  for (const { parsed, decision } of recorded) log(parsed, decision);
  return [...done, ...recorded];
}

async function decideAll(messages: readonly Readable[], store: EventStore, signal: AbortSignal): Promise<Decided[]> {
  const events = messages.flatMap(({ read }) => (read.kind === "event" ? [read.event] : []));
  const outcomes = (await store.put(events, signal)).values();
  return messages.map(({ record, parsed, read }) => {
    const message = { record, parsed };
    if (read.kind === "rejection") return { ...message, decision: decideRejection(read.rejection) };
    const outcome = read.kind === "event" ? outcomes.next().value : read.outcome;
    if (outcome === undefined) throw new Error(`the store gave fewer outcomes than the ${events.length} events it got`);
    return {
      ...message,
      decision: decideEvent(read.event, outcome, Number(record.attributes.ApproximateReceiveCount)),
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
