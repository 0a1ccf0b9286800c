import { setImmediate } from "node:timers/promises";
import { GetItemCommand, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { AwsEndpoint } from "../../local/endpoint";
import { LocalRunError } from "../../local/errors";
import { Played, QUEUE_ARN, ROLE_ARN, TABLE_ARN } from "./played-stack";

let played: Played;
const start = async (written: Parameters<typeof Played.start>[0] = {}): Promise<Played> => {
  played = await Played.start(written);
  return played;
};
afterEach(() => played.stop());

const asRole = () => played.endpoint.credentialsFor(ROLE_ARN);
const allow = (action: string | string[], resource = QUEUE_ARN) => ({
  Effect: "Allow",
  Action: action,
  Resource: resource,
});
const put = (pk: string) => new PutItemCommand({ TableName: "stored", Item: { pk: { S: pk } } });
const send = (body = "hello") => new SendMessageCommand({ QueueUrl: played.queueUrl, MessageBody: body });

describe("SQS, as its SDK sees it", () => {
  test("carries a message with its attributes, unchanged, and its digests hold", async () => {
    const { queueUrl: QueueUrl } = await start();
    const MessageAttributes = { trusted: { DataType: "String", StringValue: "direct é😀" } };
    const sent = await played
      .sqs()
      .send(new SendMessageCommand({ QueueUrl, MessageBody: "body é😀", MessageAttributes }));
    const { Messages = [] } = await played
      .sqs()
      .send(
        new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"], MessageSystemAttributeNames: ["All"] }),
      );
    expect(Messages).toMatchObject([
      {
        MessageId: sent.MessageId,
        Body: "body é😀",
        MessageAttributes,
        Attributes: { ApproximateReceiveCount: "1", SenderId: "local-operator" },
      },
    ]);
    expect(Messages[0]?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
  });

  test("gives only the attributes that are asked for", async () => {
    const { queueUrl: QueueUrl } = await start();
    const text = (StringValue: string) => ({ DataType: "String", StringValue });
    const MessageAttributes = { "a.one": text("1"), "a.two": text("2"), b: text("3") };
    await played.sqs().send(new SendMessageCommand({ QueueUrl, MessageBody: "x", MessageAttributes }));
    const receive = new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["a.*"], VisibilityTimeout: 0 });
    const { Messages } = await played.sqs().send(receive);
    expect(Object.keys(Messages?.[0]?.MessageAttributes ?? {})).toEqual(["a.one", "a.two"]);
    expect(Messages?.[0]?.Attributes).toBeUndefined();
  });

  test("takes batches, and refuses an entry by itself", async () => {
    const { queueUrl: QueueUrl } = await start();
    const entries = [
      { Id: "good", MessageBody: "a" },
      { Id: "bad", MessageBody: "\u0000" },
    ];
    const { Successful, Failed } = await played.sqs().send(new SendMessageBatchCommand({ QueueUrl, Entries: entries }));
    expect(Successful).toMatchObject([{ Id: "good" }]);
    expect(Failed).toMatchObject([{ Id: "bad", SenderFault: true, Code: "InvalidMessageContents" }]);
    const { Messages = [] } = await played.sqs().send(new ReceiveMessageCommand({ QueueUrl }));
    const Entries = Messages.map(({ ReceiptHandle }) => ({ Id: "0", ReceiptHandle }));
    await played.sqs().send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    expect(played.endpoint.queues.byArn(QUEUE_ARN)?.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test("has the queues of the stack, with what the stack says of them", async () => {
    const { queueUrl: QueueUrl } = await start({ queue: { max_message_size: 2_048, delay_seconds: 7 } });
    expect((await played.sqs().send(new ListQueuesCommand({}))).QueueUrls).toEqual([
      QueueUrl,
      `${played.endpoint.url}/000000000000/dead`,
    ]);
    expect(await played.sqs().send(new GetQueueUrlCommand({ QueueName: "events" }))).toMatchObject({ QueueUrl });
    const { Attributes } = await played
      .sqs()
      .send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
    expect(Attributes).toEqual({
      QueueArn: QUEUE_ARN,
      VisibilityTimeout: "60",
      DelaySeconds: "7",
      ReceiveMessageWaitTimeSeconds: "20",
      MaximumMessageSize: "2048",
      ApproximateNumberOfMessages: "0",
      ApproximateNumberOfMessagesNotVisible: "0",
      ApproximateNumberOfMessagesDelayed: "0",
      RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":3}',
    });
  });

  test.each([
    [
      "a queue that is not there",
      (url: string) => new SendMessageCommand({ QueueUrl: `${url}-other`, MessageBody: "x" }),
      { name: "QueueDoesNotExist", message: "The specified queue does not exist." },
    ],
    [
      "a message over the queue's maximum",
      (QueueUrl: string) => new SendMessageCommand({ QueueUrl, MessageBody: "x".repeat(262_145) }),
      {
        Code: "InvalidParameterValue",
        message: "One or more parameters are invalid. Reason: Message must be shorter than 262144 bytes.",
      },
    ],
  ])("refuses %s with AWS's error", async (_, command, error) => {
    const { queueUrl } = await start();
    await expect(played.sqs().send(command(queueUrl))).rejects.toMatchObject(error);
  });

  test("names an action that it does not play", async () => {
    await start();
    await expect(played.sqs().send(new ListQueueTagsCommand({ QueueUrl: played.queueUrl }))).rejects.toMatchObject({
      name: "UnsupportedOperation",
      message: expect.stringMatching(/^The local run does not play sqs:ListQueueTags\. It plays: SendMessage, /),
    });
  });

  test("puts a message that is received too often onto the timeline", async () => {
    const { queueUrl: QueueUrl } = await start();
    const { MessageId = "" } = await played.sqs().send(send());
    const receive = () =>
      played.sqs().send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0, WaitTimeSeconds: 1 }));
    for (let receives = 0; receives < 3; receives++) expect((await receive()).Messages).toHaveLength(1);
    expect(played.timeline.count({ step: "dead-lettered" })).toBe(0);
    expect((await receive()).Messages).toBeUndefined();
    expect(played.timeline.entries({ step: "dead-lettered", messageId: MessageId })).toMatchObject([
      { facts: { from: "events", to: "dead", receiveCount: 4 } },
    ]);
  });
});

test("DynamoDB has the tables of the stack, with their indexes", async () => {
  await start();
  const Item = { pk: { S: "a#1" }, source: { S: "a" }, at: { S: "2030" }, state: { S: "stored" }, body: { S: "long" } };
  await played.dynamodb().send(new PutItemCommand({ TableName: "stored", Item }));
  const again = new PutItemCommand({ TableName: "stored", Item, ConditionExpression: "attribute_not_exists(pk)" });
  await expect(played.dynamodb().send(again)).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });
  const { Items } = await played.dynamodb().send(
    new QueryCommand({
      TableName: "stored",
      IndexName: "by-source",
      KeyConditionExpression: "#s = :s",
      ExpressionAttributeNames: { "#s": "source" },
      ExpressionAttributeValues: { ":s": { S: "a" } },
    }),
  );
  expect(Items).toEqual([{ pk: Item.pk, source: Item.source, at: Item.at, state: Item.state }]);
});

describe("IAM", () => {
  test("lets a role do what its policy allows, and keeps that it was used", async () => {
    await start({ statements: [allow("sqs:SendMessage"), allow("dynamodb:PutItem", TABLE_ARN)] });
    await played.sqs(asRole()).send(send());
    await played.sqs(asRole()).send(send());
    await played.dynamodb(asRole()).send(put("a"));
    expect(played.endpoint.authorization.used).toEqual([
      { role: "consume", action: "sqs:SendMessage", resource: QUEUE_ARN },
      { role: "consume", action: "dynamodb:PutItem", resource: TABLE_ARN },
    ]);
    expect(played.endpoint.authorization.refused).toEqual([]);
  });

  test("refuses SQS what no policy allows, saying what is missing where, and keeps it", async () => {
    await start({ statements: [allow("sqs:ReceiveMessage")] });
    const message = `User: ${ROLE_ARN} is not authorized to perform: sqs:SendMessage on resource: ${QUEUE_ARN} because no policy of role consume allows it (aws_iam_role_policy.consume)`;
    await expect(played.sqs(asRole()).send(send())).rejects.toMatchObject({
      name: "AccessDenied",
      message,
      $metadata: { httpStatusCode: 403 },
    });
    expect(played.endpoint.authorization.refused).toEqual([
      { role: "consume", action: "sqs:SendMessage", resource: QUEUE_ARN, message },
    ]);
    expect(played.endpoint.queues.byArn(QUEUE_ARN)?.depth().visible).toBe(0);
  });

  test("refuses DynamoDB on the table what is allowed on another", async () => {
    await start({ statements: [allow("dynamodb:*", `${TABLE_ARN}-other`)] });
    await expect(played.dynamodb(asRole()).send(put("a"))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: `User: ${ROLE_ARN} is not authorized to perform: dynamodb:PutItem on resource: ${TABLE_ARN} because no policy of role consume allows it (aws_iam_role_policy.consume)`,
      $metadata: { httpStatusCode: 400 },
    });
    const get = new GetItemCommand({ TableName: "stored", Key: { pk: { S: "a" } } });
    expect((await played.dynamodb().send(get)).Item).toBeUndefined();
  });

  test("asks for the index where one is queried", async () => {
    await start({ statements: [allow("dynamodb:Query", TABLE_ARN)] });
    const query = new QueryCommand({ TableName: "stored", IndexName: "by-source", KeyConditionExpression: "pk = :p" });
    await expect(played.dynamodb(asRole()).send(query)).rejects.toMatchObject({
      message: expect.stringContaining(`dynamodb:Query on resource: ${TABLE_ARN}/index/by-source`),
    });
  });

  test("lets a queue's own policy deny, and a TLS-only policy deny nothing", async () => {
    const tlsOnly = { Bool: { "aws:SecureTransport": "false" } };
    const deny = { Effect: "Deny", Principal: "*", Action: "sqs:*", Resource: QUEUE_ARN };
    await start({ statements: [allow("sqs:SendMessage")], queuePolicy: [{ ...deny, Condition: tlsOnly }] });
    await played.sqs(asRole()).send(send());
    await played.stop();
    await start({ statements: [allow("sqs:SendMessage")], queuePolicy: [deny] });
    await expect(played.sqs(asRole()).send(send())).rejects.toMatchObject({
      message: `User: ${ROLE_ARN} is not authorized to perform: sqs:SendMessage on resource: ${QUEUE_ARN} because aws_sqs_queue_policy.events denies it`,
    });
  });

  test("names a caller that it does not know", async () => {
    await start();
    await expect(played.sqs({ accessKeyId: "AKIAREAL", secretAccessKey: "x" }).send(send())).rejects.toMatchObject({
      name: "UnrecognizedClientException",
      message: 'The access key id "AKIAREAL" is none of the local run\'s. Use local-operator with any secret.',
    });
  });
});

describe("a fault that is switched on", () => {
  const statements = [allow("sqs:SendMessage"), allow("dynamodb:PutItem", TABLE_ARN)];

  test("cuts a role's connections to the table, not the operator's, until it is switched off", async () => {
    await start({ statements });
    played.endpoint.faults.sink = "down";
    await expect(played.dynamodb(asRole()).send(put("a"))).rejects.toThrow("socket hang up");
    await played.dynamodb().send(put("b"));
    await played.sqs(asRole()).send(send());
    played.endpoint.faults.sink = "up";
    await played.dynamodb(asRole()).send(put("a"));
  });

  test("throttles the table as DynamoDB does", async () => {
    await start({ statements });
    played.endpoint.faults.sink = "throttled";
    await expect(played.dynamodb(asRole()).send(put("a"))).rejects.toMatchObject({ name: "ThrottlingException" });
  });

  test("cuts a role's connections to the queues", async () => {
    await start({ statements });
    played.endpoint.faults.queue = "down";
    await expect(played.sqs(asRole()).send(send())).rejects.toThrow("socket hang up");
    await played.dynamodb(asRole()).send(put("a"));
  });

  test("cuts a role that waits for a message, and gives the message that comes then to another", async () => {
    const { queueUrl: QueueUrl } = await start({ statements: [allow("sqs:ReceiveMessage")] });
    const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 });
    const overHttp = expect(played.sqs(asRole()).send(receive)).rejects.toThrow("socket hang up");
    while (played.endpoint.authorization.used.length === 0) await setImmediate();
    const role = played.endpoint.role(ROLE_ARN);
    const poll = played.endpoint.callQueue(role, "ReceiveMessage", { QueueUrl, WaitTimeSeconds: 20 });
    const inProcess = expect(poll).rejects.toThrow("The queue is down.");
    const operator = played.sqs().send(receive);
    played.endpoint.faults.queue = "down";
    await Promise.all([overHttp, inProcess]);
    played.endpoint.faults.queue = "up";
    await played.sqs().send(send("a"));
    expect((await operator).Messages).toMatchObject([{ Body: "a" }]);
  });
});

test("says in one line that its port is in use", async () => {
  await start();
  const port = Number(new URL(played.endpoint.url).port);
  await expect(AwsEndpoint.listen({ port })).rejects.toBeInstanceOf(LocalRunError);
});
