/** What each SQS action does to a queue, in the shapes of the JSON protocol. */
import { AwsFault } from "./aws-fault";
import { attributesDigest, bodyDigest } from "./message-digest";
import { checkMessage, type MessageAttributes } from "./message-rules";
import type { Queue, Received } from "./queue";

/** The input of an action in the JSON protocol. */
export type ActionInput = Readonly<Record<string, unknown>>;
/** Who calls, as SQS keeps it with a message. */
export interface ActionCaller {
  readonly senderId: string;
  /** Cuts the connection of a caller who waits. */
  readonly cut?: AbortSignal;
}

/** SQS API, ReceiveMessage: messages per call. */
const MAX_PER_CALL = 10;
/** What queue.ts gives: a UUID. */
const RECEIPT_HANDLE = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

export function send(queue: Queue, input: ActionInput, { senderId }: ActionCaller) {
  const body = input.MessageBody;
  const attributes = (input.MessageAttributes ?? {}) as MessageAttributes;
  checkMessage(body, attributes, queue.settings.maximumMessageBytes);
  const { id } = queue.send(body, attributes, senderId, seconds(input, "DelaySeconds", 900));
  return { MessageId: id, MD5OfMessageBody: bodyDigest(body), MD5OfMessageAttributes: attributesDigest(attributes) };
}

export async function receive(queue: Queue, input: ActionInput, { cut }: ActionCaller) {
  const maximum = Number(input.MaxNumberOfMessages ?? 1);
  if (!(maximum >= 1 && maximum <= MAX_PER_CALL))
    throw new AwsFault(
      "InvalidParameterValue",
      `Value ${maximum} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and ${MAX_PER_CALL}, if provided.`,
    );
  const received = await queue.receive(
    maximum,
    seconds(input, "WaitTimeSeconds", 20),
    seconds(input, "VisibilityTimeout", 43_200),
    cut,
  );
  const system = [...strings(input.AttributeNames), ...strings(input.MessageSystemAttributeNames)];
  const names = strings(input.MessageAttributeNames);
  return received.length === 0 ? {} : { Messages: received.map((one) => asReceived(one, system, names)) };
}

function asReceived({ message, receiptHandle, receiveCount }: Received, system: string[], names: string[]) {
  const systemAttributes = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(message.deadLetterSourceArn !== undefined && { DeadLetterQueueSourceArn: message.deadLetterSourceArn }),
  };
  const attributes = only(message.attributes, names);
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle,
    Body: message.body,
    MD5OfBody: bodyDigest(message.body),
    ...(system.length > 0 && { Attributes: only(systemAttributes, system) }),
    ...(Object.keys(attributes).length > 0 && {
      MessageAttributes: attributes,
      MD5OfMessageAttributes: attributesDigest(attributes),
    }),
  };
}

/** The named entries; `All` or `.*` means every one, `prefix.*` those that start so. */
function only<Value>(entries: Readonly<Record<string, Value>>, names: readonly string[]): Record<string, Value> {
  const wanted = (name: string) =>
    names.some((pattern) =>
      pattern === "All" || pattern === ".*"
        ? true
        : pattern.endsWith(".*")
          ? name.startsWith(pattern.slice(0, -1))
          : name === pattern,
    );
  return Object.fromEntries(Object.entries(entries).filter(([name]) => wanted(name)));
}

export function changeVisibility(queue: Queue, input: ActionInput): void {
  const timeout = seconds(input, "VisibilityTimeout", 43_200);
  if (timeout === undefined)
    throw new AwsFault("MissingParameter", "The request must contain the parameter VisibilityTimeout.");
  queue.changeVisibility(handle(input), timeout);
}

export function attributesOf(queue: Queue, input: ActionInput): Readonly<Record<string, string>> {
  const { settings } = queue;
  const { visible, inFlight, delayed } = queue.depth();
  const all = {
    QueueArn: settings.arn,
    VisibilityTimeout: settings.visibilityTimeoutSeconds,
    DelaySeconds: settings.delaySeconds,
    ReceiveMessageWaitTimeSeconds: settings.waitTimeSeconds,
    MaximumMessageSize: settings.maximumMessageBytes,
    ApproximateNumberOfMessages: visible,
    ApproximateNumberOfMessagesNotVisible: inFlight,
    ApproximateNumberOfMessagesDelayed: delayed,
    ...(settings.redrive && { RedrivePolicy: JSON.stringify(settings.redrive) }),
  };
  const wanted = only<string | number>(all, strings(input.AttributeNames));
  return Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, String(value)]));
}

/** @throws AwsFault for a handle that is missing, or that no receive can have given */
export function handle({ ReceiptHandle }: ActionInput): string {
  if (typeof ReceiptHandle !== "string" || ReceiptHandle === "")
    throw new AwsFault("MissingParameter", "The request must contain the parameter ReceiptHandle.");
  if (RECEIPT_HANDLE.test(ReceiptHandle)) return ReceiptHandle;
  throw new AwsFault(
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${ReceiptHandle}" is not a valid receipt handle.`,
    { status: 404 },
  );
}

function seconds(input: ActionInput, name: string, maximum: number): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && value >= 0 && value <= maximum) return value;
  throw new AwsFault(
    "InvalidParameterValue",
    `Value ${String(value)} for parameter ${name} is invalid. Reason: Must be between 0 and ${maximum}, if provided.`,
  );
}

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
