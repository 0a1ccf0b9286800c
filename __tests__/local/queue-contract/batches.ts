/** The batch actions. */
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  SendMessageBatchCommand,
} from "@aws-sdk/client-sqs";
import { type Behaviour, entries, sendBatch } from "./behaviour";
import { refusal } from "./sides";

export const BATCHES: readonly Behaviour[] = [
  {
    of: "answers each entry of a batch by itself",
    see: async (queue) => {
      const Entries = [...entries("good"), { Id: "bad", MessageBody: "\u0001" }];
      const sent = await queue.sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }));
      return {
        Successful: sent.Successful?.map(({ Id, MD5OfMessageBody }) => ({ Id, MD5OfMessageBody })),
        Failed: sent.Failed?.map(({ Id, Code, SenderFault }) => ({ Id, Code, SenderFault })),
        depth: await queue.depth(),
      };
    },
    seen: {
      Successful: [{ Id: "good", MD5OfMessageBody: "755f85c2723bb39381c7379a604160d8" }],
      Failed: [{ Id: "bad", Code: "InvalidMessageContents", SenderFault: true }],
      depth: "1 0 0",
    },
  },
  {
    of: "deletes and shows again in batches",
    see: async (queue) => {
      await sendBatch(queue, "a", "b", "c");
      const [a, b] = await queue.receive({ MaxNumberOfMessages: 10 });
      const [first, second] = [a, b].map((message) => message?.ReceiptHandle);
      await queue.sqs.send(
        new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries: [{ Id: "1", ReceiptHandle: first }] }),
      );
      const Entries = [{ Id: "1", ReceiptHandle: second, VisibilityTimeout: 0 }];
      await queue.sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queue.url, Entries }));
      return queue.depth();
    },
    seen: "1 1 0",
  },
  {
    of: "refuses a batch without entries, with eleven, or with an id twice or not allowed",
    see: async (queue) => [
      await refusal(sendBatch(queue)),
      await refusal(sendBatch(queue, ..."abcdefghijk")),
      await refusal(sendBatch(queue, "a", "b", "a")),
      await refusal(sendBatch(queue, "a b")),
      await queue.depth(),
    ],
    seen: [
      "EmptyBatchRequest",
      "TooManyEntriesInBatchRequest",
      "BatchEntryIdsNotDistinct",
      "InvalidBatchEntryId",
      "0 0 0",
    ],
  },
  {
    of: "refuses an id of more than 80 characters",
    see: async (queue) => [
      await refusal(sendBatch(queue, "x".repeat(80))),
      await refusal(sendBatch(queue, "x".repeat(81))),
    ],
    seen: ["taken", "InvalidBatchEntryId"],
    otherwise: {
      fauxqs: ["taken", "taken"],
      source: "SQS API, SendMessageBatchRequestEntry, Id: this identifier can have up to 80 characters",
    },
  },
  {
    of: "refuses a batch of more than 1 MiB together",
    see: async (queue) => {
      const Entries = entries("a", "b", "c", "d", "e").map(({ Id }) => ({ Id, MessageBody: "x".repeat(209_716) }));
      return [
        await refusal(queue.sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }))),
        await queue.depth(),
      ];
    },
    seen: ["BatchRequestTooLong", "0 0 0"],
  },
];
