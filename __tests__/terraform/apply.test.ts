/** The real Terraform and the real AWS provider make, keep and delete stacks in the emulated AWS, all side by side. */

import { SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type AppliedStack, applyAndDestroy } from "./applied-stack";
import type { Deployed } from "./deployed";
import { differences, explanation, unexplained } from "./drift";
import { type EmulatedAws, startEmulatedAws } from "./emulated-aws";
import { EMULATOR_DIFFERENCES } from "./emulator-differences";
import { emulatedClient, expectedCounts } from "./inventory";
import { promised } from "./promised";
import { describeWithTerraform } from "./requirements";
import { APPLIED, type Variant } from "./variants";

// Three minutes on two idle cores: a queue alone takes the provider 25 s, and its dead-letter queue comes before it.
jest.setTimeout(600_000);

describeWithTerraform("terraform apply and destroy", () => {
  const lives = new Map<string, Promise<AppliedStack>>();
  const lifeOf = ({ name }: Variant) => lives.get(name) as Promise<AppliedStack>;
  let aws: EmulatedAws;

  beforeAll(async () => {
    aws = await startEmulatedAws();
    for (const variant of APPLIED) {
      const meddle = variant === APPLIED[0] ? { meddle: halveReceiveCount } : {};
      const life = applyAndDestroy(variant, {
        awsUrl: aws.url,
        known: EMULATOR_DIFFERENCES,
        body: BODY,
        ...meddle,
      });
      // Each test of the stack fails with the reason.
      life.catch(() => undefined);
      lives.set(variant.name, life);
    }
  });

  /** In the very attribute in which the emulator makes a difference of its own. */
  async function halveReceiveCount({ queue }: Deployed): Promise<void> {
    const { deadLetterTargetArn } = queue.RedrivePolicy as { deadLetterTargetArn: string };
    await new SQSClient(emulatedClient(aws.url)).send(
      new SetQueueAttributesCommand({
        QueueUrl: `${aws.url}/123456789012/${APPLIED[0]?.name}-webhook-events`,
        // Moto forgets a policy that is not given again.
        Attributes: {
          RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 14 }),
          Policy: JSON.stringify(queue.Policy),
        },
      }),
    );
  }

  afterAll(async () => {
    await Promise.allSettled(lives.values());
    await aws?.stop();
  });

  describe.each(APPLIED.map((variant) => ({ ...variant, title: `${variant.name} (${variant.on.join(", ") || "-"})` })))(
    "of $title",
    (variant) => {
      test("plans, without an error or a warning, each resource of the stack's JSON", async () => {
        const { validation, plan, declared } = (await lifeOf(variant)).planned;
        expect(validation.diagnostics).toEqual([]);
        const planned = plan.resource_changes.map(({ address, change }) => `${change.actions} ${address}`);
        expect(planned.sort()).toEqual(declared.map((address) => `create ${address}`));
      });

      test("makes as many of each as the JSON declares", async () => {
        const { present, planned } = await lifeOf(variant);
        const counts = Object.entries(present).map(([type, names]) => [type, names.length]);
        expect(Object.fromEntries(counts)).toEqual(expectedCounts(planned.declared));
      });

      test("makes queues, table, mapping, functions and stage as the settings promise", async () => {
        const { deployed, present } = await lifeOf(variant);
        const { queue, deadLetterQueue, table, mapping, functions, stage } = promised(variant, bucketOf(present));
        const parts = { queue, deadLetterQueue, table, mapping, functions };
        expect(deployed).toMatchObject({ ...parts, api: { stages: [stage] } });
      });

      test("tells each function what it has to know, and no more", async () => {
        const { deployed, present } = await lifeOf(variant);
        const told = Object.entries(deployed.functions).map(([name, { variables }]) => [name, variables]);
        expect(Object.fromEntries(told)).toEqual(promised(variant, bucketOf(present)).variables);
      });

      test("deploys the very zips that were planned", async () => {
        const { deployed, archives } = await lifeOf(variant);
        const hashes = Object.values(deployed.functions).map(({ CodeSha256 }) => CodeSha256);
        expect(hashes).toEqual(archives.map(({ sha256 }) => sha256));
      });

      test("gives each role the rights that it needs, and no other", async () => {
        const { deployed, present } = await lifeOf(variant);
        expect(deployed.rights).toEqual(promised(variant, bucketOf(present)).rights);
      });

      test("lets the API, and nothing else, reach the queue or the publisher", async () => {
        const { deployed } = await lifeOf(variant);
        const { publish } = deployed.functions;
        const routes = Object.entries(deployed.api.routes as Record<string, Record<string, unknown>>);
        if (publish === undefined) {
          const queueUrl = `${aws.url}/123456789012/${variant.name}-webhook-events`;
          for (const [, { integrationSubtype, requestParameters }] of routes) {
            expect({ integrationSubtype, requestParameters }).toMatchObject({
              integrationSubtype: "SQS-SendMessage",
              requestParameters: { QueueUrl: queueUrl, MessageAttributes: expect.stringMatching(/^\{"trusted":/) },
            });
          }
          expect(Object.fromEntries(routes)).toMatchObject({
            $default: { requestParameters: { MessageBody: "$request.body" } },
            "GET /": { requestParameters: { MessageBody: "hello from ${context.path}" } },
            "POST /github/{proxy+}": { requestParameters: { MessageBody: "$request.body" } },
          });
        } else {
          expect(routes).toEqual([
            ["$default", expect.objectContaining({ integrationType: "AWS_PROXY", payloadFormatVersion: "2.0" })],
          ]);
          expect(publish.mayBeInvokedBy).toEqual([
            expect.objectContaining({
              Principal: { Service: "apigateway.amazonaws.com" },
              Action: "lambda:InvokeFunction",
              Condition: { ArnLike: { "AWS:SourceArn": expect.stringMatching(/:execute-api:.*\/\*\/\$default$/) } },
            }),
          ]);
        }
      });

      test("makes bodies expire after what may still point at them", async () => {
        const { deployed, present } = await lifeOf(variant);
        expect(deployed.bodyExpiryDays).toEqual(promised(variant, bucketOf(present)).bodyExpiryDays);
      });

      test("is followed by a plan that shows the emulator's own differences only", async () => {
        expect(unexplained((await lifeOf(variant)).second, EMULATOR_DIFFERENCES)).toEqual([]);
      });

      test("is followed by a plan that shows nothing once these are ignored: they hide no other", async () => {
        expect(unexplained((await lifeOf(variant)).judged, [])).toEqual([]);
      });

      test("stores an event that comes as the API would hand it over", async () => {
        const { exercised } = await lifeOf(variant);
        const { answered, consumed, items } = exercised;
        const accepted = { statusCode: 202, body: '{"eventId":"72d3162e-cc78-11e3-81ab-4c9367dc0958"}' };
        expect({ answered, consumed }).toEqual({
          answered: variant.on.includes("lambdaIngress") ? expect.objectContaining(accepted) : undefined,
          consumed: { batchItemFailures: [] },
        });
        const item = { pk: "github#72d3162e-cc78-11e3-81ab-4c9367dc0958", state: "stored", method: "POST" };
        const expected = Object.entries(item).map(([name, value]) => [name, { S: value }]);
        expect(items).toEqual([
          expect.objectContaining({
            ...Object.fromEntries(expected),
            bodyBytes: { N: String(BODY.length) },
          }),
        ]);
      });

      test("is undone by a destroy, to the last resource", async () => {
        expect((await lifeOf(variant)).left).toEqual({ state: [], inventory: {} });
      });
    },
  );

  test("does not take for the emulator's what somebody else has changed", async () => {
    const { meddled = { resource_changes: [] } } = await lifeOf(APPLIED[0] as Variant);
    expect(unexplained(meddled, EMULATOR_DIFFERENCES)).toEqual([
      expect.stringMatching(/^aws_sqs_queue\.events_queue: redrive_policy from .*\b14\b.* to .*\b29\b/),
    ]);
  });

  test.each(
    EMULATOR_DIFFERENCES.filter(({ isSinks }) => !isSinks).map((entry) => ({
      ...entry,
      title: `${entry.type}.${entry.attribute}`,
    })),
  )("the emulator still shows $title: $reason", async ({ type, attribute }) => {
    const all = (await Promise.all(lives.values())).flatMap(({ second }) => differences(second));
    const entries = all.map((difference) => explanation(difference, EMULATOR_DIFFERENCES));
    expect(entries).toContainEqual(expect.objectContaining({ type, attribute }));
  });
});

/**
 * Small: the bucket of larger ones refuses plain HTTP, and the emulator speaks nothing else. Bodies that go through it are
 * tested in __tests__/functions and __tests__/whole-webhook.
 */
const BODY = "event ".repeat(50);

const bucketOf = (present: AppliedStack["present"]) => present.aws_s3_bucket?.[0] ?? "";
