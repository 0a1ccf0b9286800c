import { type Message, Queue, type QueueSettings, type Received } from "../../local/queue";

const SETTINGS: QueueSettings = {
  name: "events",
  arn: "arn:aws:sqs:us-east-1:000000000000:events",
  url: "http://127.0.0.1/000000000000/events",
  visibilityTimeoutSeconds: 60,
  delaySeconds: 0,
  waitTimeSeconds: 0,
  maximumMessageBytes: 262_144,
};

const queueWith = (settings: Partial<QueueSettings> = {}) => new Queue({ ...SETTINGS, ...settings });
const send = (queue: Queue, ...bodies: string[]) => bodies.map((body) => queue.send(body, {}, "sender"));
const bodies = (received: readonly Received[]) => received.map(({ message }) => message.body);
const only = <Value>([value, ...others]: readonly Value[]): Value => {
  if (value === undefined || others.length > 0) throw new Error(`expected one, got ${others.length + 1}`);
  return value;
};

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test("gives no more messages than asked for, and each to one receiver", async () => {
  const queue = queueWith();
  send(queue, "a", "b", "c");
  expect(bodies(await queue.receive(2))).toEqual(["a", "b"]);
  expect(bodies(await queue.receive(2))).toEqual(["c"]);
  expect(queue.depth()).toEqual({ visible: 0, inFlight: 3, delayed: 0 });
});

test("shows a message again after its visibility timeout, counting the receives", async () => {
  const queue = queueWith({ visibilityTimeoutSeconds: 60 });
  send(queue, "a");
  const first = only(await queue.receive(1));
  jest.advanceTimersByTime(59_999);
  expect(await queue.receive(1)).toEqual([]);
  jest.advanceTimersByTime(1);
  const second = only(await queue.receive(1));
  expect(second.message.id).toBe(first.message.id);
  expect([first.receiveCount, second.receiveCount]).toEqual([1, 2]);
  expect(second.receiptHandle).not.toBe(first.receiptHandle);
});

test("never shows a deleted message again", async () => {
  const queue = queueWith();
  send(queue, "a");
  queue.delete(only(await queue.receive(1)).receiptHandle);
  jest.advanceTimersByTime(120_000);
  expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});

test("deletes a message that is visible again by the handle of its last receive", async () => {
  const queue = queueWith();
  send(queue, "a");
  const { receiptHandle } = only(await queue.receive(1));
  jest.advanceTimersByTime(60_000);
  queue.delete(receiptHandle);
  expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});

test("takes a deletion with the handle of an earlier receive without effect", async () => {
  const queue = queueWith();
  send(queue, "a");
  const { receiptHandle } = only(await queue.receive(1));
  jest.advanceTimersByTime(60_000);
  await queue.receive(1);
  queue.delete(receiptHandle);
  jest.advanceTimersByTime(60_000);
  expect(queue.depth().visible).toBe(1);
});

test("shows a message at once when its visibility is set to 0", async () => {
  const queue = queueWith();
  send(queue, "a");
  queue.changeVisibility(only(await queue.receive(1)).receiptHandle, 0);
  expect(bodies(await queue.receive(1))).toEqual(["a"]);
});

test("hides a message for as long as a new visibility timeout says, from now", async () => {
  const queue = queueWith({ visibilityTimeoutSeconds: 60 });
  send(queue, "a");
  const { receiptHandle } = only(await queue.receive(1));
  jest.advanceTimersByTime(50_000);
  queue.changeVisibility(receiptHandle, 30);
  jest.advanceTimersByTime(29_999);
  expect(queue.depth().visible).toBe(0);
  jest.advanceTimersByTime(1);
  expect(queue.depth().visible).toBe(1);
});

test("refuses to change the visibility of a message that is not in flight", async () => {
  const queue = queueWith();
  send(queue, "a");
  const { receiptHandle } = only(await queue.receive(1));
  queue.delete(receiptHandle);
  expect(() => queue.changeVisibility(receiptHandle, 0)).toThrow(
    "Message does not exist or is not available for visibility timeout change.",
  );
});

test("answers a long poll as soon as a message comes, and one message answers one poll", async () => {
  const queue = queueWith({ waitTimeSeconds: 20 });
  const polls = [queue.receive(10), queue.receive(10)];
  send(queue, "a");
  expect(bodies((await polls[0]) ?? [])).toEqual(["a"]);
  jest.advanceTimersByTime(20_000);
  expect(await polls[1]).toEqual([]);
});

test("answers a long poll when a message becomes visible again", async () => {
  const queue = queueWith({ visibilityTimeoutSeconds: 5 });
  send(queue, "a");
  await queue.receive(1);
  const poll = queue.receive(1, 20);
  jest.advanceTimersByTime(5_000);
  expect(bodies(await poll)).toEqual(["a"]);
});

test("keeps a delayed message back", async () => {
  const queue = queueWith({ delaySeconds: 10 });
  send(queue, "a");
  expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
  jest.advanceTimersByTime(10_000);
  expect(bodies(await queue.receive(1))).toEqual(["a"]);
});

test("moves a message to the dead-letter queue unchanged when it is received once too often", async () => {
  const queue = queueWith({ redrive: { deadLetterTargetArn: "arn:dlq", maxReceiveCount: 2 } });
  const deadLetters: Message[] = [];
  queue.onDeadLetter((message) => deadLetters.push(message));
  const sent = only(send(queue, "poison"));
  for (const receives of [1, 2]) {
    expect(only(await queue.receive(1)).receiveCount).toBe(receives);
    jest.advanceTimersByTime(60_000);
  }
  expect(deadLetters).toEqual([]);
  expect(await queue.receive(1)).toEqual([]);
  expect(only(deadLetters)).toMatchObject({
    id: sent.id,
    body: "poison",
    sentAt: sent.sentAt,
    deadLetterSourceArn: SETTINGS.arn,
  });
  expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});

test("gives what comes after a message that went to the dead-letter queue", async () => {
  const queue = queueWith({ redrive: { deadLetterTargetArn: "arn:dlq", maxReceiveCount: 1 } });
  queue.onDeadLetter(() => undefined);
  send(queue, "poison");
  await queue.receive(1);
  jest.advanceTimersByTime(60_000);
  send(queue, "good");
  expect(bodies(await queue.receive(1))).toEqual(["good"]);
});

test("gives up a long poll that is cut, and the message that comes then to the next", async () => {
  const queue = queueWith();
  const connection = new AbortController();
  const poll = queue.receive(1, 20, 60, connection.signal);
  connection.abort(new Error("cut"));
  await expect(poll).rejects.toThrow("cut");
  send(queue, "a");
  expect(bodies(await queue.receive(1))).toEqual(["a"]);
});

test("releases whoever waits, and every timer, when it stops", async () => {
  const queue = queueWith();
  const poll = queue.receive(1, 20);
  queue.stop();
  expect(await poll).toEqual([]);
  expect(jest.getTimerCount()).toBe(0);
});
