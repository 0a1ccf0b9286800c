import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { parseMessage } from "../event/message";
import type { AttributedMessage, MessageRules, ParsedMessage } from "../event/parsed-message";
import type { Judge } from "../secrets/judge";
import { BODIES_SIDE_BY_SIDE, type BodyStore } from "../stores/body-store";
import type { EventStore } from "../stores/event-store";
import { sideBySide } from "../stores/side-by-side";
import { attribute } from "./attribute";
import { type ReadMessage, withBody } from "./body";
import { type Decision, decideEvent, decideRejection } from "./decision";
import type { RejectedBound } from "./rejected-bound";
import type { LogStage } from "./stage-log";

export interface Consumer {
  readonly rules: MessageRules;
  readonly store: EventStore;
  /** Absent in a stack of direct ingress, whose messages carry their bodies. */
  readonly bodies?: BodyStore;
  /** Asked about messages of direct ingress; the publisher has asked its own. */
  readonly judge: Judge;
  readonly rejectedBound: Pick<RejectedBound, "admit">;
  readonly log: LogStage;
}

/** Signatures under way at once: the first of each source may wait for its secrets. */
const JUDGED_SIDE_BY_SIDE = 10;

interface Message {
  readonly record: SQSRecord;
  readonly parsed: AttributedMessage;
}
type Readable = Message & { readonly read: ReadMessage };
type Decided = Message & { readonly decision: Decision };

/**
 * Takes a batch to its end: every message is stored, recorded, or reported as a batch item failure.
 * @throws SinkUnavailable when the store takes nothing, or bodies cannot be read: then the whole batch comes again
 * @throws SecretsUnavailable, SourceUnusable when nothing can be found out about a signature: likewise
 */
export async function consume(
  records: readonly SQSRecord[],
  consumer: Consumer,
  signal: AbortSignal,
): Promise<SQSBatchResponse> {
  const parsed = records.map((record) => ({ record, parsed: parseMessage(record, consumer.rules) }));
  try {
    const messages = await attributeAll(parsed, consumer, signal);
    const settled = await sideBySide(groups(messages), BODIES_SIDE_BY_SIDE, (group) => settle(group, consumer, signal));
    const returned = settled.flat().filter(({ decision }) => decision.stage === "returned");
    return { batchItemFailures: returned.map(({ record }) => ({ itemIdentifier: record.messageId })) };
  } catch (fault) {
    const reason = fault instanceof Error ? fault.name : "UnknownFault";
    for (const message of parsed) consumer.log(message.parsed, { stage: "returned", reason });
    throw fault;
  }
}

async function attributeAll(
  messages: readonly { readonly record: SQSRecord; readonly parsed: ParsedMessage }[],
  { judge }: Consumer,
  signal: AbortSignal,
): Promise<Message[]> {
  return sideBySide(messages, JUDGED_SIDE_BY_SIDE, async ({ record, parsed }) => ({
    record,
    parsed: await attribute(parsed, judge, signal),
  }));
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

  const decided = await withinBound(await decideAll(readable, store, signal), consumer, signal);
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
    if (read.kind === "filtered") return { ...message, decision: { stage: "filtered" } };
    if (read.kind === "rejection") return { ...message, decision: decideRejection(read.rejection) };
    const outcome = read.kind === "event" ? outcomes.next().value : read.outcome;
    if (outcome === undefined) throw new Error(`the store gave fewer outcomes than the ${events.length} events it got`);
    return {
      ...message,
      decision: decideEvent(read.event, outcome, Number(record.attributes.ApproximateReceiveCount)),
    };
  });
}

/** Leaves out records of rejected messages beyond the bound. */
async function withinBound(decided: readonly Decided[], { rejectedBound }: Consumer, signal: AbortSignal) {
  const records = decided.flatMap(({ decision }) => decision.record ?? []);
  const admitted = await rejectedBound.admit(records, signal);
  return decided.map((message): Decided => {
    const { record, ...decision } = message.decision;
    if (record === undefined || admitted.has(record)) return message;
    return { ...message, decision: { ...decision, countedOnly: true } };
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
