import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { startEmulatedAws } from "./emulated-aws";
import { emulatedClient } from "./inventory";
import { describeWithTerraform } from "./requirements";

describeWithTerraform("the emulated AWS", () => {
  test("answers on the loopback until it is stopped", async () => {
    const aws = await startEmulatedAws();
    try {
      expect(aws.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect((await fetch(`${aws.url}/moto-api/data.json`)).status).toBe(200);
    } finally {
      await aws.stop();
    }
    for (const url of [aws.url, aws.motoUrl]) await expect(fetch(url)).rejects.toThrow("fetch failed");
  });

  test("keeps a queue's RedriveAllowPolicy beside its policy, which moto still does not", async () => {
    const aws = await startEmulatedAws();
    try {
      const sqs = new SQSClient(emulatedClient(aws.url));
      const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "letters" }));
      const Policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sqs:*"}]}';
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
      const RedriveAllowPolicy = '{"redrivePermission":"denyAll"}';
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedriveAllowPolicy } }));
      const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["RedriveAllowPolicy", "Policy"] });
      expect((await sqs.send(asked)).Attributes).toEqual({
        RedriveAllowPolicy,
        Policy: expect.stringContaining('"Deny"'),
      });
      const moto = new SQSClient({ ...emulatedClient(aws.motoUrl), useQueueUrlAsEndpoint: false });
      await expect(moto.send(asked)).rejects.toThrow("Unknown Attribute RedriveAllowPolicy.");
    } finally {
      await aws.stop();
    }
  });
});
