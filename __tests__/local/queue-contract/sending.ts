/** SendMessage: what is taken, what is refused, what is kept. */
import { type Behaviour, bodies, EVERYTHING, text, texts } from "./behaviour";
import { refusal, refusalInFull } from "./sides";

export const SENDING: readonly Behaviour[] = [
  {
    of: "gives the digests of body and attributes, and both back unchanged",
    see: async (queue) => {
      const MessageAttributes = {
        text: text("é"),
        number: { DataType: "Number.float", StringValue: "1.50" },
        binary: { DataType: "Binary", BinaryValue: Uint8Array.of(0, 1, 255) },
      };
      const sent = await queue.send("é\n\t", { MessageAttributes });
      const received = await queue.receiveOne(EVERYTHING);
      return {
        bodyDigests: [sent.MD5OfMessageBody, received.MD5OfBody],
        attributeDigests: [sent.MD5OfMessageAttributes, received.MD5OfMessageAttributes],
        sameId: sent.MessageId === received.MessageId,
        body: received.Body,
        text: received.MessageAttributes?.text,
        number: received.MessageAttributes?.number,
        binary: [...(received.MessageAttributes?.binary?.BinaryValue ?? [])],
      };
    },
    seen: {
      // Reckoned apart, by the Developer Guide's "Calculating the MD5 message digest for message attributes".
      bodyDigests: ["3a432ab35a2b44ae50e8f8712674f3d0", "3a432ab35a2b44ae50e8f8712674f3d0"],
      attributeDigests: ["6607e9d06c74222628d82f65f359eef5", "6607e9d06c74222628d82f65f359eef5"],
      sameId: true,
      body: "é\n\t",
      text: text("é"),
      number: { DataType: "Number.float", StringValue: "1.50" },
      binary: [0, 1, 255],
    },
  },
  {
    of: "takes characters above U+FFFF, such as every emoji",
    see: (queue) => refusal(queue.send("😀")),
    seen: "taken",
    otherwise: {
      fauxqs: "InvalidMessageContents",
      source: "SQS API, SendMessage: the allowed characters end with #x10000 to #x10FFFF",
    },
  },
  {
    of: "refuses a control character",
    see: (queue) => refusal(queue.send("a\u0001b")),
    seen: "InvalidMessageContents",
  },
  { of: "refuses U+FFFE", see: (queue) => refusal(queue.send("\uFFFE")), seen: "InvalidMessageContents" },
  { of: "refuses an empty body", see: (queue) => refusal(queue.send("")), seen: "MissingParameter" },
  {
    of: "takes a body of exactly the maximum, and no byte more",
    settings: { MaximumMessageSize: 1_024 },
    see: async (queue) => [
      await refusal(queue.send("x".repeat(1_024))),
      await refusal(queue.send("x".repeat(1_025))),
      await refusal(queue.send(`${"x".repeat(1_023)}é`)),
    ],
    seen: ["taken", "InvalidParameterValue", "InvalidParameterValue"],
  },
  {
    of: "counts name, type and value of the attributes against the maximum",
    settings: { MaximumMessageSize: 1_024 },
    see: async (queue) => {
      const MessageAttributes = { ab: text("é") };
      return [
        await refusal(queue.send("x".repeat(1_024 - 10), { MessageAttributes })),
        await refusal(queue.send("x".repeat(1_024 - 9), { MessageAttributes })),
      ];
    },
    seen: ["taken", "InvalidParameterValue"],
  },
  {
    of: "counts a binary attribute by its bytes",
    settings: { MaximumMessageSize: 1_024 },
    see: (queue) => {
      const MessageAttributes = { b: { DataType: "Binary", BinaryValue: new Uint8Array(17) } };
      return refusal(queue.send("x".repeat(1_000), { MessageAttributes }));
    },
    seen: "taken",
    otherwise: {
      fauxqs: "InvalidParameterValue", // it counts the base64 in which they travel
      source:
        "SQS API, MessageAttributeValue: binary attributes can store any binary data; base64 is only their JSON form",
    },
  },
  {
    of: "takes ten attributes, not eleven",
    see: async (queue) => [
      await refusal(queue.send("x", { MessageAttributes: texts(10) })),
      await refusal(queue.send("x", { MessageAttributes: texts(11) })),
    ],
    seen: ["taken", "InvalidParameterValue"],
    otherwise: {
      fauxqs: ["taken", "taken"],
      source: "SQS Developer Guide, Message quotas: a message can contain up to 10 metadata attributes",
    },
  },
  {
    of: "refuses an attribute with an empty value",
    see: (queue) => refusal(queue.send("x", { MessageAttributes: { a: text("") } })),
    seen: "InvalidParameterValue",
    otherwise: {
      fauxqs: "taken",
      source:
        "SQS API, SendMessage, MessageAttributes: Name, type, value and the message body must not be empty or null",
    },
  },
  {
    of: "names an error of the message by its own code, without SQS's prefix",
    settings: { MaximumMessageSize: 1_024 },
    see: (queue) => refusalInFull(queue.send("x".repeat(1_025))),
    seen: "InvalidParameterValue",
    otherwise: {
      fauxqs: "AWS.SimpleQueueService.InvalidParameterValue",
      source: "SQS API, Common Errors: InvalidParameterValue; the prefix is for the errors of SQS alone",
    },
  },
  {
    of: "keeps a delayed message back",
    waits: true,
    settings: { DelaySeconds: 1 },
    see: async (queue) => {
      await queue.send("a");
      return [await queue.depth(), bodies(await queue.receive()), bodies(await queue.receive({ WaitTimeSeconds: 3 }))];
    },
    seen: ["0 0 1", [], ["a"]],
  },
];
