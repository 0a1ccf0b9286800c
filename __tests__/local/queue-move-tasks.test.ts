import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  type ListMessageMoveTasksResultEntry,
  ReceiveMessageCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
  type StartMessageMoveTaskCommandInput,
} from "@aws-sdk/client-sqs";
import { Played, QUEUE_ARN, ROLE_ARN } from "./played-stack";
import { refusal } from "./queue-contract/sides";

const DEAD_ARN = "arn:aws:sqs:us-east-1:000000000000:dead";
let played: Played;
afterEach(() => played.stop());

const play = async (written: Parameters<typeof Played.start>[0] = {}) => {
  played = await Played.start({ ...written, queue: { receive_wait_time_seconds: 0, ...written.queue } });
};
const url = (name: "events" | "dead") => `${played.endpoint.url}/000000000000/${name}`;
const send = (MessageBody: string, to: "events" | "dead" = "events") =>
  played.sqs().send(new SendMessageCommand({ QueueUrl: url(to), MessageBody }));
const receive = async (from: "events" | "dead") => {
  const { Messages = [] } = await played.sqs().send(
    new ReceiveMessageCommand({
      QueueUrl: url(from),
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
      MessageSystemAttributeNames: ["All"],
    }),
  );
  return Messages;
};
/** Receives until the redrive policy (three receives) has moved everything. */
const deadLetter = async (...bodies: string[]) => {
  for (const body of bodies) await send(body);
  for (let receives = 0; receives < 4; receives++) await receive("events");
};
const move = (more: Partial<StartMessageMoveTaskCommandInput> = {}) =>
  played.sqs().send(new StartMessageMoveTaskCommand({ SourceArn: DEAD_ARN, ...more }));
const list = async (MaxResults?: number): Promise<ListMessageMoveTasksResultEntry[]> => {
  const input = { SourceArn: DEAD_ARN, ...(MaxResults !== undefined && { MaxResults }) };
  return (await played.sqs().send(new ListMessageMoveTasksCommand(input))).Results ?? [];
};
/** Asks until the newest task has ended. */
const ended = async (): Promise<ListMessageMoveTasksResultEntry> => {
  for (;;) {
    const [task] = await list();
    if (task !== undefined && task.Status !== "RUNNING") return task;
  }
};

test("moves messages back to where they come from, as new ones: id, age and receive count start again", async () => {
  await play();
  await deadLetter("a", "b");
  const before = await receive("dead");
  await move();
  expect(await ended()).toEqual({
    Status: "COMPLETED",
    SourceArn: DEAD_ARN,
    ApproximateNumberOfMessagesMoved: 2,
    ApproximateNumberOfMessagesToMove: 2,
    StartedTimestamp: expect.any(Number),
  });
  const after = await receive("events");
  expect(after.map(({ Body }) => Body)).toEqual(["a", "b"]);
  expect(after.map(({ Attributes }) => Attributes?.ApproximateReceiveCount)).toEqual(["1", "1"]);
  expect(after[0]?.Attributes?.DeadLetterQueueSourceArn).toBeUndefined();
  expect(before.map(({ MessageId }) => MessageId)).not.toContain(after[0]?.MessageId);
  expect(await receive("dead")).toEqual([]);
});

test("fails at a message that was sent to the dead-letter queue itself, and leaves it there", async () => {
  await play();
  await send("direct", "dead");
  await move();
  expect(await ended()).toMatchObject({ Status: "FAILED", FailureReason: "CouldNotDetermineMessageSource" });
  expect((await receive("dead")).map(({ Body }) => Body)).toEqual(["direct"]);
});

test("moves such a message to a destination that is named", async () => {
  await play();
  await send("direct", "dead");
  await move({ DestinationArn: QUEUE_ARN });
  expect(await ended()).toMatchObject({ Status: "COMPLETED", DestinationArn: QUEUE_ARN });
  expect((await receive("events")).map(({ Body }) => Body)).toEqual(["direct"]);
});

test("moves no faster than it is told, one task at a time, and stops when it is cancelled", async () => {
  await play();
  await deadLetter("a", "b", "c");
  const { TaskHandle } = await move({ MaxNumberOfMessagesPerSecond: 1 });
  expect(await list()).toMatchObject([
    { Status: "RUNNING", TaskHandle, MaxNumberOfMessagesPerSecond: 1, ApproximateNumberOfMessagesToMove: 3 },
  ]);
  expect(await refusal(move())).toBe("InvalidParameterValue");
  const cancel = new CancelMessageMoveTaskCommand({ TaskHandle });
  expect(await played.sqs().send(cancel)).toMatchObject({ ApproximateNumberOfMessagesMoved: 0 });
  expect(await ended()).toMatchObject({ Status: "CANCELLED" });
  expect(await receive("dead")).toHaveLength(3);
  await expect(played.sqs().send(cancel)).rejects.toMatchObject({
    name: "UnsupportedOperation",
    message: "A task can only be cancelled while it is RUNNING: it is CANCELLED.",
  });
});

test("lists the newest task, or as many as are asked for, the newest first", async () => {
  await play();
  for (const body of ["a", "b"]) {
    await send(body, "dead");
    await move({ DestinationArn: QUEUE_ARN });
    await ended();
  }
  await send("c", "dead");
  await move();
  await ended();
  expect(await list()).toHaveLength(1);
  expect((await list(10)).map(({ Status }) => Status)).toEqual(["FAILED", "COMPLETED", "COMPLETED"]);
});

test.each<[what: string, input: StartMessageMoveTaskCommandInput, error: object]>([
  [
    "a source that is no dead-letter queue",
    { SourceArn: QUEUE_ARN },
    { Code: "InvalidParameterValue", message: "Source queue must be configured as a Dead Letter Queue." },
  ],
  [
    "a source that does not exist",
    { SourceArn: `${DEAD_ARN}-other` },
    {
      name: "ResourceNotFoundException",
      message: "The resource that you specified for the SourceArn parameter doesn't exist.",
      $metadata: expect.objectContaining({ httpStatusCode: 404 }),
    },
  ],
  [
    "a destination that does not exist",
    { SourceArn: DEAD_ARN, DestinationArn: `${QUEUE_ARN}-other` },
    { message: "The resource that you specified for the DestinationArn parameter doesn't exist." },
  ],
  [
    "a destination that is the source",
    { SourceArn: DEAD_ARN, DestinationArn: DEAD_ARN },
    { message: "Source queue arn and destination queue arn cannot be the same." },
  ],
  [
    "more than 500 messages a second",
    { SourceArn: DEAD_ARN, MaxNumberOfMessagesPerSecond: 501 },
    {
      message:
        "Value 501 for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: Must be between 1 and 500, if provided.",
    },
  ],
])("refuses %s", async (_, input, error) => {
  await play();
  await expect(played.sqs().send(new StartMessageMoveTaskCommand(input))).rejects.toMatchObject(error);
});

test("asks for the permission on the dead-letter queue", async () => {
  const statement = { Effect: "Allow", Action: "sqs:StartMessageMoveTask", Resource: DEAD_ARN };
  await play({ statements: [statement] });
  const asRole = played.sqs(played.endpoint.credentialsFor(ROLE_ARN));
  const { TaskHandle } = await asRole.send(new StartMessageMoveTaskCommand({ SourceArn: DEAD_ARN }));
  await expect(asRole.send(new CancelMessageMoveTaskCommand({ TaskHandle }))).rejects.toMatchObject({
    name: "AccessDenied",
    message: expect.stringContaining(`sqs:CancelMessageMoveTask on resource: ${DEAD_ARN}`),
  });
});
