/** A database that lets the consumer not in: nothing is lost meanwhile, and the consumer says what was refused. */
import { delivery, type PlayedStack, playPostgresStack } from "./played-stack";
import { query, SMALL_DATABASE } from "./small-database";

jest.setTimeout(60_000);

let stack: PlayedStack;
afterEach(() => stack.stop());

/** What the consumer's invocation failed with, once it has. */
async function failure(messageId: string): Promise<string> {
  await stack.run.timeline.until({ step: "returned", messageId }, { withinMs: 30_000 });
  // The consumer's own line for each message comes first, then how the invocation ended.
  return stack.run.timeline
    .entries({ step: "returned", messageId })
    .map(({ facts }) => String(facts?.reason))
    .join("\n");
}

async function refusedDelivery() {
  const sent = await stack.send([delivery()]);
  const [{ messageId } = { messageId: "" }] = sent;
  return { sent, said: await failure(messageId) };
}

const rename = (from: string, to: string) => query(stack, `ALTER TABLE webhook.${from} RENAME TO ${to}`);

test.each([
  [
    "a token that no policy of the stack allows",
    (json: string) => json.replaceAll("/webhook_consumer", "/somebody_else"),
    'PAM authentication failed for user "webhook_consumer"',
  ],
  ["a certificate of another name", withConsumerHost("127.0.0.1"), "does not match certificate's altnames"],
] as const)("%s: the consumer says so and keeps the event", async (_, change, expected) => {
  stack = await playPostgresStack(SMALL_DATABASE, { speed: 60, change });
  const { said } = await refusedDelivery();
  expect(said).toContain("SinkUnavailable: ");
  expect(said).toContain(expected);
  expect(said).toContain("[SINK_UNAVAILABLE]");
  expect(stack.run.timeline.count({ step: "stored" })).toBe(0);
  expect(stack.run.timeline.count({ step: "deleted" })).toBe(0);
});

test("a table that is not there: the consumer says so, and stores what waited once it is", async () => {
  stack = await playPostgresStack(SMALL_DATABASE, { speed: 60 });
  await rename("events", "mislaid");
  const { sent, said } = await refusedDelivery();
  expect(said).toContain('relation "webhook.events" does not exist');
  await rename("mislaid", "events");
  await stack.settled(sent);
  expect(await stack.account(sent)).toMatchObject({ stored: 1, lost: 0, twice: 0 });
});

/** Of the consumer alone: the migrations must have run. */
function withConsumerHost(host: string): (json: string) => string {
  return (json) => {
    const stackJson = JSON.parse(json) as {
      resource: { aws_lambda_function: Record<string, { environment: { variables: Record<string, string> } }> };
    };
    for (const { environment } of Object.values(stackJson.resource.aws_lambda_function))
      if (environment.variables.DATABASE_USER === "webhook_consumer") environment.variables.DATABASE_HOST = host;
    return JSON.stringify(stackJson);
  };
}
