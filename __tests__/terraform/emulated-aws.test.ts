import {
  CreateFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { zipSync } from "fflate";
import { startEmulatedAws } from "./emulated-aws";
import { EmulatedCalls, elements } from "./emulated-calls";
import { emulatedClient } from "./inventory";
import { describeWithTerraform } from "./requirements";

// Moto alone needs a second to start, on an idle machine.
jest.setTimeout(60_000);

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

  test("says of a parameter that somebody has set it, which moto still does not", async () => {
    const aws = await startEmulatedAws();
    try {
      const group = { DBParameterGroupName: "small" };
      const parameter = { ParameterName: "max_connections", ParameterValue: "40", ApplyMethod: "pending-reboot" };
      const calls = new EmulatedCalls(aws.url);
      await calls.xml("rds", "CreateDBParameterGroup", {
        ...group,
        DBParameterGroupFamily: "postgres17",
        Description: "-",
      });
      const set = Object.entries(parameter).map(([name, value]) => [`Parameters.Parameter.1.${name}`, value]);
      await calls.xml("rds", "ModifyDBParameterGroup", { ...group, ...Object.fromEntries(set) });
      const source = async (url: string) =>
        elements(await new EmulatedCalls(url).xml("rds", "DescribeDBParameters", group), "Source");
      expect(await source(aws.url)).toEqual(["user"]);
      expect(await source(aws.motoUrl)).toEqual([]);
    } finally {
      await aws.stop();
    }
  });

  test("runs the zip of a function, and knows its VPC also without its subnets, neither of which moto does", async () => {
    const aws = await startEmulatedAws();
    try {
      const calls = new EmulatedCalls(aws.url);
      await calls.query("iam", "CreateRole", { RoleName: "echo", AssumeRolePolicyDocument: "{}" });
      const subnets = await calls.xml("ec2", "DescribeSubnets");
      const [subnet = ""] = elements(subnets, "subnetId");
      const [vpc] = elements(subnets, "vpcId");
      const lambda = new LambdaClient(emulatedClient(aws.url));
      const SecurityGroupIds = elements(await calls.xml("ec2", "DescribeSecurityGroups"), "groupId").slice(0, 1);
      const FunctionName = "echo";
      await lambda.send(
        new CreateFunctionCommand({
          FunctionName,
          Role: "arn:aws:iam::123456789012:role/echo",
          Runtime: "nodejs22.x",
          Handler: "index.handler",
          Code: { ZipFile: zipSync({ "index.js": new TextEncoder().encode(ECHO) }) },
          Environment: { Variables: { GREETING: "hello" } },
          VpcConfig: { SubnetIds: [subnet], SecurityGroupIds },
        }),
      );
      const told = async () =>
        (await lambda.send(new GetFunctionCommand({ FunctionName }))).Configuration?.VpcConfig?.VpcId;
      expect(await told()).toBe(vpc);
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, VpcConfig: { SecurityGroupIds } }));
      expect(await told()).toBe(vpc);
      const call = async (event: object) => {
        const command = new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) });
        const { FunctionError, Payload } = await lambda.send(command);
        return { FunctionError, said: JSON.parse(Payload?.transformToString() ?? "") };
      };
      expect(await call({ name: "you" })).toEqual({ FunctionError: undefined, said: "hello you" });
      expect(await call({})).toEqual({
        FunctionError: "Unhandled",
        said: { errorType: "RangeError", errorMessage: "Whom?", trace: [] },
      });
      expect(aws.functions.logOf(FunctionName)).toContain("greeting you");
    } finally {
      await aws.stop();
    }
  });
});

const ECHO = `exports.handler = async ({ name }) => {
  if (name === undefined) throw new RangeError("Whom?");
  console.log("greeting " + name);
  return process.env.GREETING + " " + name;
};`;
