import type { RequestListener, ServerResponse } from "node:http";
import { SinkUnavailable } from "../../../functions/stores/event-store";
import { patientSignal, webhookEvent } from "../factories";
import { type Sink, startEndpoint } from "./sink";

let sink: Sink | undefined;
afterEach(() => sink?.stop());

const signal = patientSignal();
const refuse =
  (type: string, message: string, status = 400): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message }));
  };
const faultOf = (work: Promise<unknown>) => work.then(() => undefined).catch((fault: unknown) => fault);

const GOES_BACK = "  The batch goes back to the queue and comes again after its visibility timeout; nothing is lost.";

test.each([
  [
    "ProvisionedThroughputExceededException",
    "The table is throttled: look at its capacity, or lower the maximum concurrency.",
  ],
  ["ThrottlingException", "The table is throttled: look at its capacity, or lower the maximum concurrency."],
  ["AccessDeniedException", "The consumer's role must allow dynamodb:PutItem and dynamodb:GetItem on the table."],
  [
    "ResourceNotFoundException",
    "The table that EVENTS_TABLE_NAME names does not exist in this region: deploy the stack again.",
  ],
  ["InternalServerError", "If it lasts, look at the AWS Health Dashboard and at the function's network."],
])("%s: the sink is unavailable, and it is said what to do", async (type, advice) => {
  sink = await startEndpoint(refuse(type, "no."), { maxAttempts: 1 });
  const expected = [
    `The table "webhook-test-events" does not take events: ${type}: no.`,
    GOES_BACK,
    `  ${advice}  [SINK_UNAVAILABLE]`,
  ].join("\n");
  expect(await faultOf(sink.store().put([webhookEvent()], signal))).toEqual(new Error(expected));
});

test("a refused connection: the sink is unavailable", async () => {
  sink = await startEndpoint(() => {});
  await sink.stop();
  const store = sink.store();
  for (const work of [() => store.put([webhookEvent()], signal), () => store.record([failed()], signal)]) {
    const fault = await faultOf(work());
    expect(fault).toBeInstanceOf(SinkUnavailable);
    expect(fault).toMatchObject({ message: expect.stringContaining("ECONNREFUSED") });
  }
});

test("a connection that breaks: the sink is unavailable", async () => {
  sink = await startEndpoint((request) => request.socket.destroy());
  expect(await faultOf(sink.store().put([webhookEvent()], signal))).toBeInstanceOf(SinkUnavailable);
});

test("a sink that never answers is given up at the signal", async () => {
  const stop = new AbortController();
  sink = await startEndpoint(() => stop.abort());
  const fault = await faultOf(sink.store().put([webhookEvent()], stop.signal));
  expect(fault).toBeInstanceOf(SinkUnavailable);
  expect(fault).toMatchObject({ cause: { name: "AbortError" } });
});

test("everything under way has ended before it throws, and nothing more is begun", async () => {
  const underWay: ServerResponse[] = [];
  let ended = 0;
  sink = await startEndpoint(
    (request, response) => {
      response.once("finish", () => ended++);
      underWay.push(response);
      if (underWay.length !== 50) return;
      // The first one fails while the others are under way; they succeed after it.
      const [first, ...others] = underWay;
      first?.once("finish", () => {
        for (const other of others) other.end("{}");
      });
      if (first !== undefined) refuse("AccessDeniedException", "no.")(request, first);
    },
    { maxAttempts: 1 },
  );
  const events = Array.from({ length: 80 }, (_, index) => webhookEvent({ eventId: `e${index}` }));
  expect(await faultOf(sink.store().put(events, signal))).toBeInstanceOf(SinkUnavailable);
  expect({ begun: underWay.length, ended }).toEqual({ begun: 50, ended: 50 });
});

function failed() {
  return { ...webhookEvent(), state: "failed" as const, reason: "ValidationException", detail: "" };
}
