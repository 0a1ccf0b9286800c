/** ReceiveMessage: how many, with which attributes, how soon. */
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { type Behaviour, bodies, EVERYTHING, sendBatch, text, texts } from "./behaviour";
import { refusal } from "./sides";

export const RECEIVING: readonly Behaviour[] = [
  {
    of: "gives one message where no number is asked for, and ten at most",
    see: async (queue) => {
      await sendBatch(queue, ..."abcdefghij");
      await queue.send("k");
      const [one, rest] = [await queue.receive(), await queue.receive({ MaxNumberOfMessages: 10 })];
      return [one.length, rest.length, await queue.depth()];
    },
    seen: [1, 10, "0 11 0"],
  },
  {
    of: "refuses to give none or eleven messages",
    see: async (queue) => [
      await refusal(queue.sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.url, MaxNumberOfMessages: 0 }))),
      await refusal(queue.sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.url, MaxNumberOfMessages: 11 }))),
    ],
    seen: ["InvalidParameterValue", "InvalidParameterValue"],
  },
  {
    of: "refuses to wait longer than 20 s, or to hide a message for longer than twelve hours",
    see: async (queue) => [
      await refusal(queue.sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.url, WaitTimeSeconds: 21 }))),
      await refusal(queue.sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.url, VisibilityTimeout: 43_201 }))),
    ],
    seen: ["InvalidParameterValue", "InvalidParameterValue"],
  },
  {
    of: "gives no attributes where none are asked for",
    see: async (queue) => {
      await queue.send("x", { MessageAttributes: texts(1) });
      const { MessageAttributes, MD5OfMessageAttributes, Attributes } = await queue.receiveOne();
      return { MessageAttributes, MD5OfMessageAttributes, Attributes };
    },
    seen: { MessageAttributes: undefined, MD5OfMessageAttributes: undefined, Attributes: undefined },
    otherwise: {
      fauxqs: {
        MessageAttributes: texts(1),
        MD5OfMessageAttributes: expect.any(String),
        Attributes: undefined,
      },
      source: "SQS API, ReceiveMessage, MessageAttributeNames: what to give is named; All or .* gives everything",
    },
  },
  {
    of: "gives the attributes that start as asked, and the digest of these",
    see: async (queue) => {
      const MessageAttributes = { "a.one": text("1"), "a.two": text("2"), b: text("3") };
      await queue.send("x", { MessageAttributes });
      const received = await queue.receiveOne({ MessageAttributeNames: ["a.*"] });
      return [Object.keys(received.MessageAttributes ?? {}).sort(), received.MD5OfMessageAttributes];
    },
    seen: [["a.one", "a.two"], "bf7eb67410dc749f3b298a259338afe6"],
    otherwise: {
      fauxqs: [["a.one", "a.two"], "a0139ac31fe282ee1ebfe5afb43608f7"], // of all three
      source:
        "AWS SDK for Java, MessageMD5ChecksumInterceptor: fails unless the digest is that of the attributes received",
    },
  },
  {
    of: "counts the receives, and keeps the times of sending and first receive",
    see: async (queue) => {
      await queue.send("x");
      const first = await queue.receiveOne(EVERYTHING);
      await queue.changeVisibility(first, 0);
      const second = await queue.receiveOne(EVERYTHING);
      const { ApproximateReceiveCount: count, ...rest } = second.Attributes ?? {};
      const { ApproximateReceiveCount: firstCount, ...firstRest } = first.Attributes ?? {};
      expect(rest).toEqual(firstRest);
      expect(Number(rest.SentTimestamp)).toBeLessThanOrEqual(Number(rest.ApproximateFirstReceiveTimestamp));
      return {
        counts: [firstCount, count],
        names: Object.keys(rest).sort(),
        newHandle: first.ReceiptHandle !== second.ReceiptHandle,
      };
    },
    seen: {
      counts: ["1", "2"],
      names: ["ApproximateFirstReceiveTimestamp", "SenderId", "SentTimestamp"],
      newHandle: true,
    },
  },
  {
    of: "gives only the system attributes that are asked for",
    see: async (queue) => {
      await queue.send("x");
      return (await queue.receiveOne({ MessageSystemAttributeNames: ["ApproximateReceiveCount"] })).Attributes;
    },
    seen: { ApproximateReceiveCount: "1" },
  },
  {
    of: "answers a long poll as soon as a message comes",
    see: async (queue) => {
      const poll = queue.receive({ WaitTimeSeconds: 20 });
      await queue.send("a");
      return bodies(await poll);
    },
    seen: ["a"],
  },
  {
    of: "answers a long poll with nothing when its time is over",
    waits: true,
    see: async (queue) => bodies(await queue.receive({ WaitTimeSeconds: 1 })),
    seen: [],
  },
];
