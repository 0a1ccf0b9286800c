/** What there is in the emulated AWS, by Terraform's types: to be there after an apply, and gone after a destroy. */

import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { EmulatedCalls, elements } from "./emulated-calls";

type Lists = Readonly<Record<string, () => Promise<readonly (string | undefined)[]>>>;

/** A type → names of all of that type. */
function lists(url: string): Lists {
  const client = emulatedClient(url);
  const calls = new EmulatedCalls(url);
  return {
    aws_sqs_queue: async () => (await new SQSClient(client).send(new ListQueuesCommand())).QueueUrls ?? [],
    aws_dynamodb_table: async () => (await new DynamoDBClient(client).send(new ListTablesCommand())).TableNames ?? [],
    aws_s3_bucket: async () =>
      ((await new S3Client(client).send(new ListBucketsCommand())).Buckets ?? []).map(({ Name }) => Name),
    aws_lambda_function: async () =>
      (await calls.rest<{ Functions: { FunctionName: string }[] }>("lambda", "/2015-03-31/functions/"))?.Functions.map(
        ({ FunctionName }) => FunctionName,
      ) ?? [],
    aws_lambda_event_source_mapping: async () =>
      (
        await calls.rest<{ EventSourceMappings: { FunctionArn: string }[] }>(
          "lambda",
          "/2015-03-31/event-source-mappings/",
        )
      )?.EventSourceMappings.map(({ FunctionArn }) => FunctionArn) ?? [],
    aws_apigatewayv2_api: async () =>
      (await calls.rest<{ items: { name: string }[] }>("apigateway", "/v2/apis"))?.items.map(({ name }) => name) ?? [],
    aws_iam_role: async () =>
      (await calls.query<{ Roles: { RoleName: string }[] }>("iam", "ListRoles")).Roles.map(({ RoleName }) => RoleName),
    aws_sns_topic: async () =>
      (await calls.query<{ Topics: { TopicArn: string }[] }>("sns", "ListTopics")).Topics.map(
        ({ TopicArn }) => TopicArn,
      ),
    aws_sns_topic_subscription: async () =>
      (await calls.query<{ Subscriptions: { TopicArn: string }[] }>("sns", "ListSubscriptions")).Subscriptions.map(
        ({ TopicArn }) => TopicArn,
      ),
    aws_cloudwatch_log_group: async () =>
      (await calls.json<{ logGroups: { logGroupName: string }[] }>("logs", "DescribeLogGroups")).logGroups.map(
        ({ logGroupName }) => logGroupName,
      ),
    aws_cloudwatch_log_metric_filter: async () =>
      (
        await calls.json<{ metricFilters: { filterName: string }[] }>("logs", "DescribeMetricFilters")
      ).metricFilters.map(({ filterName }) => filterName),
    aws_cloudwatch_metric_alarm: async () =>
      (await calls.json<{ MetricAlarms: { AlarmName: string }[] }>("monitoring", "DescribeAlarms")).MetricAlarms.map(
        ({ AlarmName }) => AlarmName,
      ),
    aws_cloudwatch_event_rule: async () =>
      (await calls.json<{ Rules: { Name: string }[] }>("events", "ListRules")).Rules.map(({ Name }) => Name),
    aws_db_instance: async () => elements(await calls.xml("rds", "DescribeDBInstances"), "DBInstanceIdentifier"),
    aws_db_parameter_group: async () =>
      elements(await calls.xml("rds", "DescribeDBParameterGroups"), "DBParameterGroupName"),
    aws_db_subnet_group: async () => elements(await calls.xml("rds", "DescribeDBSubnetGroups"), "DBSubnetGroupName"),
    aws_vpc: () => namesOf("vpcId", "DescribeVpcs"),
    aws_subnet: () => namesOf("subnetId", "DescribeSubnets"),
    aws_security_group: () => namesOf("groupId", "DescribeSecurityGroups"),
    aws_route_table: () => namesOf("routeTableId", "DescribeRouteTables"),
    aws_vpc_endpoint: () => namesOf("vpcEndpointId", "DescribeVpcEndpoints", THERE),
  };

  /** EC2's things have no other name than their tag, and moto keeps the tags of what is gone. */
  async function namesOf(id: string, action: string, filter = {}): Promise<string[]> {
    const [there, tags] = await Promise.all([calls.xml("ec2", action, filter), calls.xml("ec2", "DescribeTags")]);
    const ids = new Set(elements(there, id));
    const own = elements(tags, "item").map((tag) =>
      ["resourceId", "key", "value"].map((part) => elements(tag, part)[0]),
    );
    const names = own.flatMap(([of = "", key, name = ""]) => (key === "Name" && ids.has(of) ? [name] : []));
    // A VPC's default group goes with the VPC.
    return names.filter((name) => !name.endsWith("-unused"));
  }
}

/** Of an endpoint that is deleted, EC2 still speaks for a while. */
const THERE = { "Filter.1.Name": "vpc-endpoint-state", "Filter.1.Value.1": "available" };

/** Types that are a part of another: AWS deletes them with it, so that they cannot be left over. */
const PARTS: Readonly<Record<string, string>> = {
  aws_sqs_queue_policy: "aws_sqs_queue",
  aws_sqs_queue_redrive_allow_policy: "aws_sqs_queue",
  aws_cloudwatch_event_target: "aws_cloudwatch_event_rule",
  aws_default_security_group: "aws_vpc",
  aws_route_table_association: "aws_route_table",
  aws_vpc_security_group_egress_rule: "aws_security_group",
  aws_vpc_security_group_ingress_rule: "aws_security_group",
  // It has happened, and nothing of it stays in AWS.
  aws_lambda_invocation: "aws_lambda_function",
  aws_apigatewayv2_stage: "aws_apigatewayv2_api",
  aws_apigatewayv2_route: "aws_apigatewayv2_api",
  aws_apigatewayv2_integration: "aws_apigatewayv2_api",
  aws_iam_role_policy: "aws_iam_role",
  aws_lambda_permission: "aws_lambda_function",
  aws_s3_bucket_lifecycle_configuration: "aws_s3_bucket",
  aws_s3_bucket_ownership_controls: "aws_s3_bucket",
  aws_s3_bucket_policy: "aws_s3_bucket",
  aws_s3_bucket_public_access_block: "aws_s3_bucket",
  aws_s3_bucket_server_side_encryption_configuration: "aws_s3_bucket",
  aws_s3_bucket_versioning: "aws_s3_bucket",
};

export interface Inventory {
  /** Names of what belongs to the environment, by type; a type that it has none of is not there. */
  readonly [type: string]: readonly string[];
}

/** @param environment all of whose names have it between characters that are no letters and digits */
export async function inventory(url: string, environment: string): Promise<Inventory> {
  const own = new RegExp(`(?<![A-Za-z0-9])${environment}(?![A-Za-z0-9])`);
  const found = await Promise.all(
    Object.entries(lists(url)).map(async ([type, list]) => {
      const names = (await list()).filter((name) => name !== undefined && own.test(name)) as string[];
      return [type, names.sort()] as const;
    }),
  );
  return Object.fromEntries(found.filter(([, names]) => names.length > 0));
}

/**
 * How many of each type an inventory must show, by the resources that a stack declares.
 * @throws Error for a type that no list and no part covers: what it leaves behind would not be seen
 */
export function expectedCounts(declared: readonly string[]): Readonly<Record<string, number>> {
  const known = lists("http://127.0.0.1");
  const counts: Record<string, number> = {};
  for (const address of declared) {
    const type = address.split(".")[0] ?? "";
    if (Object.hasOwn(known, type)) counts[type] = (counts[type] ?? 0) + 1;
    else if (!Object.hasOwn(PARTS, type)) throw new Error(`inventory.ts does not know how to find what ${type} makes.`);
  }
  return counts;
}

export const emulatedClient = (endpoint: string) => ({
  endpoint,
  region: "us-east-1",
  forcePathStyle: true,
  credentials: { accessKeyId: "emulated", secretAccessKey: "emulated" },
});
