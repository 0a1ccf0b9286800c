/** What happens between a refused write and the look at what is there: scripted, since a real table is too quick. */

import { text } from "node:stream/consumers";
import { bodySha256 } from "../../../functions/stores/body-sha256";
import { SinkUnavailable } from "../../../functions/stores/event-store";
import { patientSignal, webhookEvent } from "../factories";
import { type Sink, startEndpoint } from "./sink";

const REFUSED = { __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", message: "no." };

let sink: Sink | undefined;
afterEach(() => sink?.stop());

/** An endpoint that gives these answers in turn, the last one for ever; with the calls it got. */
async function scripted(...answers: object[]) {
  const calls: { action: string; body: Record<string, unknown> }[] = [];
  sink = await startEndpoint(async (request, response) => {
    const action = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    calls.push({ action, body: JSON.parse(await text(request)) as Record<string, unknown> });
    const answer = answers[Math.min(calls.length, answers.length) - 1] ?? {};
    response.writeHead("__type" in answer ? 400 : 200, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify(answer));
  });
  return { store: sink.store(), calls };
}

test("what is stored is read consistently, and only what is compared", async () => {
  const { store, calls } = await scripted(REFUSED, {
    Item: { requestId: { S: "request-1" }, bodySha256: { S: bodySha256(Buffer.from("{}")) } },
  });
  expect(await store.put([webhookEvent()], patientSignal())).toEqual([{ kind: "stored", already: true }]);
  expect(calls.map(({ action }) => action)).toEqual(["PutItem", "GetItem"]);
  expect(calls[0]?.body).toMatchObject({ ConditionExpression: "attribute_not_exists(pk)" });
  expect(calls[1]?.body).toMatchObject({
    Key: { pk: { S: "github#delivery-1" } },
    ConsistentRead: true,
    ProjectionExpression: "requestId, bodySha256",
  });
});

test("another content is a conflict even under the event's own request id: nothing vanishes as stored already", async () => {
  const { store } = await scripted(REFUSED, { Item: { requestId: { S: "request-1" }, bodySha256: { S: "other" } } });
  expect(await store.put([webhookEvent()], patientSignal())).toEqual([{ kind: "conflict" }]);
});

test("an event whose rival has expired meanwhile is stored after all", async () => {
  const { store, calls } = await scripted(REFUSED, {}, {});
  expect(await store.put([webhookEvent()], patientSignal())).toEqual([{ kind: "stored", already: false }]);
  expect(calls.map(({ action }) => action)).toEqual(["PutItem", "GetItem", "PutItem"]);
});

test("a rival that comes and goes is not waited for: the event comes again", async () => {
  const { store, calls } = await scripted(REFUSED, {}, REFUSED, {}, REFUSED, {});
  await expect(store.put([webhookEvent()], patientSignal())).rejects.toBeInstanceOf(SinkUnavailable);
  expect(calls).toHaveLength(6);
});

test("a look at what is there that fails is the sink's fault, not the event's", async () => {
  const denied = { __type: "com.amazon.coral.service#AccessDeniedException", message: "GetItem is not allowed" };
  const { store } = await scripted(REFUSED, denied);
  await expect(store.put([webhookEvent()], patientSignal())).rejects.toMatchObject({
    message: expect.stringContaining("AccessDeniedException: GetItem is not allowed"),
  });
});
