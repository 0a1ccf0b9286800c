/** A queue as a whole. */
import { GetQueueAttributesCommand, PurgeQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { type Behaviour, sendBatch } from "./behaviour";
import { refusal } from "./sides";

export const QUEUES: readonly Behaviour[] = [
  {
    of: "refuses calls to a queue that does not exist",
    see: ({ sqs, url }) => refusal(sqs.send(new ReceiveMessageCommand({ QueueUrl: `${url}-other` }))),
    seen: "QueueDoesNotExist",
  },
  {
    of: "throws away what is visible, delayed and in flight when it is purged",
    see: async (queue) => {
      await sendBatch(queue, "a", "b");
      await queue.send("c", { DelaySeconds: 10 });
      const message = await queue.receiveOne();
      const before = await queue.depth();
      await queue.sqs.send(new PurgeQueueCommand({ QueueUrl: queue.url }));
      return [before, await queue.depth(), await refusal(queue.changeVisibility(message, 0))];
    },
    seen: ["1 1 1", "0 0 0", "MessageNotInflight"],
  },
  {
    of: "says the attributes that are asked for",
    settings: { VisibilityTimeout: 7, DelaySeconds: 3, MaximumMessageSize: 2_048 },
    see: async ({ sqs, url }) => {
      const names = [
        "VisibilityTimeout",
        "DelaySeconds",
        "MaximumMessageSize",
        "ReceiveMessageWaitTimeSeconds",
      ] as const;
      return (await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...names] }))).Attributes;
    },
    seen: { VisibilityTimeout: "7", DelaySeconds: "3", MaximumMessageSize: "2048", ReceiveMessageWaitTimeSeconds: "0" },
  },
  {
    of: "says no attributes where none are asked for",
    see: async ({ sqs, url }) => {
      const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url }));
      return Object.keys(Attributes).length;
    },
    seen: 0,
    otherwise: {
      fauxqs: 12,
      source:
        "SQS API, GetQueueAttributes, AttributeNames: if you don't specify values, the request returns empty results",
    },
  },
];
