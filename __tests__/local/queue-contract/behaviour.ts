/** A row of the contract, and what several rows use. */
import {
  type Message,
  type MessageAttributeValue,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
} from "@aws-sdk/client-sqs";
import type { QueueSettings, QueueUnderTest } from "./sides";

export interface Behaviour {
  readonly of: string;
  readonly settings?: QueueSettings;
  /** What a client sees. */
  readonly see: (queue: QueueUnderTest) => Promise<unknown>;
  readonly seen: unknown;
  /** It takes seconds: it runs beside the others. */
  readonly waits?: true;
  /** Where fauxqs shows something else: that, and where AWS documents what ours shows. */
  readonly otherwise?: { readonly fauxqs: unknown; readonly source: string };
}

export const EVERYTHING: Partial<ReceiveMessageCommandInput> = {
  MessageSystemAttributeNames: ["All"],
  MessageAttributeNames: ["All"],
};
export const text = (StringValue: string): MessageAttributeValue => ({ DataType: "String", StringValue });
export const texts = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, text("x")]));
export const entries = (...ids: string[]) => ids.map((Id) => ({ Id, MessageBody: Id }));
export const sendBatch = ({ sqs, url }: QueueUnderTest, ...ids: string[]) =>
  sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: entries(...ids) }));
export const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);
