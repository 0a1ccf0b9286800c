/** A message in flight: visibility timeout, deletion, redrive. */
import { type Behaviour, bodies, EVERYTHING, text } from "./behaviour";
import { refusal } from "./sides";

export const HOLDING: readonly Behaviour[] = [
  {
    of: "hides a received message for the queue's visibility timeout, then shows it again",
    waits: true,
    settings: { VisibilityTimeout: 1 },
    see: async (queue) => {
      await queue.send("a");
      await queue.receiveOne();
      return [await queue.depth(), bodies(await queue.receive()), bodies(await queue.receive({ WaitTimeSeconds: 3 }))];
    },
    seen: ["0 1 0", [], ["a"]],
  },
  {
    of: "hides it for as long as the receiver says, where that is said",
    waits: true,
    see: async (queue) => {
      await queue.send("a");
      await queue.receiveOne({ VisibilityTimeout: 1 });
      return [await queue.depth(), bodies(await queue.receive({ WaitTimeSeconds: 3 }))];
    },
    seen: ["0 1 0", ["a"]],
  },
  {
    of: "hides it longer, from now on, when the timeout is changed",
    waits: true,
    settings: { VisibilityTimeout: 1 },
    see: async (queue) => {
      await queue.send("a");
      await queue.changeVisibility(await queue.receiveOne(), 30);
      return bodies(await queue.receive({ WaitTimeSeconds: 2 }));
    },
    seen: [],
  },
  {
    of: "shows it at once when the timeout is changed to 0",
    see: async (queue) => {
      await queue.send("a");
      await queue.changeVisibility(await queue.receiveOne(), 0);
      return bodies(await queue.receive());
    },
    seen: ["a"],
  },
  {
    of: "refuses to change the timeout of a deleted message, or to more than twelve hours",
    see: async (queue) => {
      await queue.send("a");
      const message = await queue.receiveOne();
      const tooLong = await refusal(queue.changeVisibility(message, 43_201));
      await queue.delete(message);
      return [tooLong, await refusal(queue.changeVisibility(message, 0))];
    },
    seen: ["InvalidParameterValue", "MessageNotInflight"],
  },
  {
    of: "deletes a message, and takes it when that is done twice",
    see: async (queue) => {
      await queue.send("a");
      const message = await queue.receiveOne();
      await queue.delete(message);
      return [await refusal(queue.delete(message)), await queue.depth()];
    },
    seen: ["taken", "0 0 0"],
  },
  {
    of: "deletes a message that is visible again by the handle of its last receive",
    see: async (queue) => {
      await queue.send("a");
      const message = await queue.receiveOne();
      await queue.changeVisibility(message, 0);
      await queue.delete(message);
      return queue.depth();
    },
    seen: "0 0 0",
    otherwise: {
      fauxqs: "1 0 0",
      source: "SQS API, DeleteMessage: only a handle that is not that of the last receive may leave the message",
    },
  },
  {
    of: "does not delete a message by the handle of an earlier receive",
    see: async (queue) => {
      await queue.send("a");
      const earlier = await queue.receiveOne();
      await queue.changeVisibility(earlier, 0);
      await queue.receiveOne();
      return [await refusal(queue.delete(earlier)), await queue.depth()];
    },
    seen: ["taken", "0 1 0"],
  },
  {
    of: "refuses a receipt handle that no receive gave",
    see: (queue) => refusal(queue.delete({ ReceiptHandle: "made-up" })),
    seen: "ReceiptHandleIsInvalid",
    otherwise: { fauxqs: "taken", source: "SQS API, DeleteMessage, Errors: ReceiptHandleIsInvalid" },
  },
  {
    of: "moves a message that is received too often to the dead-letter queue, with its id, age and attributes",
    settings: { maxReceiveCount: 1 },
    see: async (queue) => {
      const sent = await queue.send("a", { MessageAttributes: { b: text("c") } });
      const first = await queue.receiveOne(EVERYTHING);
      await queue.changeVisibility(first, 0);
      const again = await queue.receive();
      const dead = await queue.receiveOne({ QueueUrl: queue.deadLetterUrl, ...EVERYTHING });
      return {
        again: again.length,
        sameId: dead.MessageId === sent.MessageId,
        sameAge: dead.Attributes?.SentTimestamp === first.Attributes?.SentTimestamp,
        body: dead.Body,
        attributes: dead.MessageAttributes,
        depth: await queue.depth(),
      };
    },
    seen: { again: 0, sameId: true, sameAge: true, body: "a", attributes: { b: text("c") }, depth: "0 0 0" },
  },
  {
    of: "says in the dead-letter queue where a message comes from",
    settings: { maxReceiveCount: 1 },
    see: async (queue) => {
      await queue.send("a");
      await queue.changeVisibility(await queue.receiveOne(), 0);
      await queue.receive();
      const dead = await queue.receiveOne({ QueueUrl: queue.deadLetterUrl, ...EVERYTHING });
      return dead.Attributes?.DeadLetterQueueSourceArn;
    },
    seen: "arn:aws:sqs:us-east-1:000000000000:events",
    otherwise: {
      fauxqs: undefined,
      source: "SQS API, ReceiveMessage, MessageSystemAttributeNames: DeadLetterQueueSourceArn",
    },
  },
];
