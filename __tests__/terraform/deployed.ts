/** What stands in the emulated AWS after an apply, read from its services and not from Terraform's state. */

import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { GetBucketLifecycleConfigurationCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { EmulatedCalls } from "./emulated-calls";
import { emulatedClient } from "./inventory";

export type Attributes = Readonly<Record<string, unknown>>;

export interface Deployed {
  readonly queue: Attributes;
  readonly deadLetterQueue: Attributes;
  readonly table: Attributes;
  readonly mapping: Attributes;
  /** By the ends of their names: "consume", "publish". */
  readonly functions: Readonly<Record<string, Attributes>>;
  /** The statements of each role's inline policies, by the ends of the roles' names. */
  readonly rights: Readonly<Record<string, readonly unknown[]>>;
  readonly api: Attributes;
  /** Prefix of keys → days. Absent: there is no bucket. */
  readonly bodyExpiryDays?: Readonly<Record<string, number | undefined>>;
}

/** Of the stack of an environment. */
export async function readDeployed(url: string, environment: string): Promise<Deployed> {
  const calls = new EmulatedCalls(url);
  const client = emulatedClient(url);
  const [queue, deadLetterQueue, table, functions, bodyExpiryDays] = await Promise.all([
    readQueue(new SQSClient(client), `${url}/123456789012/${environment}-webhook-events`),
    readQueue(new SQSClient(client), `${url}/123456789012/${environment}-webhook-events-dead-letter`),
    readTable(new DynamoDBClient(client), `${environment}-webhook-events`),
    readFunctions(calls, `${environment}-webhook-`),
    readExpiryDays(new S3Client(client), `webhook-${environment}-bodies-`),
  ]);
  return {
    queue,
    deadLetterQueue,
    table,
    functions,
    mapping: await readMapping(calls, `${environment}-webhook-consume`),
    rights: await readRights(calls, `${environment}-webhook-`),
    api: await readApi(calls, `${environment}-webhook-api`),
    ...(bodyExpiryDays === undefined ? {} : { bodyExpiryDays }),
  };
}

async function readQueue(sqs: SQSClient, url: string): Promise<Attributes> {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }));
  const json = ["Policy", "RedrivePolicy", "RedriveAllowPolicy"];
  return Object.fromEntries(
    Object.entries(Attributes).map(([name, value]) => [name, json.includes(name) ? JSON.parse(value) : value]),
  );
}

async function readTable(dynamodb: DynamoDBClient, name: string): Promise<Attributes> {
  const of = { TableName: name };
  const { Table = {} } = await dynamodb.send(new DescribeTableCommand(of));
  const { TimeToLiveDescription } = await dynamodb.send(new DescribeTimeToLiveCommand(of));
  const { ContinuousBackupsDescription } = await dynamodb.send(new DescribeContinuousBackupsCommand(of));
  return {
    ...Table,
    /** Absent: under a key that AWS owns. */
    encryption: Table.SSEDescription?.SSEType,
    timeToLive: TimeToLiveDescription,
    pointInTimeRecovery: ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus,
  };
}

export async function readMapping(calls: EmulatedCalls, functionName: string): Promise<Attributes> {
  const answer = await calls.rest<{ EventSourceMappings: Attributes[] }>(
    "lambda",
    "/2015-03-31/event-source-mappings/",
  );
  const mappings = answer?.EventSourceMappings ?? [];
  const [mapping, ...others] = mappings.filter(({ FunctionArn }) => String(FunctionArn).endsWith(`:${functionName}`));
  if (mapping === undefined || others.length > 0) throw new Error(`${functionName} has not exactly one mapping.`);
  // Moto leaves out what is 0.
  return { MaximumBatchingWindowInSeconds: 0, ...mapping };
}

interface FunctionAnswer {
  readonly Configuration: Attributes & { readonly Environment?: { readonly Variables: Attributes } };
  readonly Concurrency?: { readonly ReservedConcurrentExecutions: number };
}

/** Those whose names start so, by the rest of their names. */
export async function readFunctions(calls: EmulatedCalls, prefix: string): Promise<Record<string, Attributes>> {
  const listed = await calls.rest<{ Functions: { FunctionName: string }[] }>("lambda", "/2015-03-31/functions/");
  const names = (listed?.Functions ?? []).map(({ FunctionName }) => FunctionName).filter((n) => n.startsWith(prefix));
  const read = names.sort().map(async (name) => {
    const path = `/2015-03-31/functions/${name}`;
    const answer = await calls.rest<FunctionAnswer>("lambda", path);
    const policy = await calls.rest<{ Policy: string }>("lambda", `${path}/policy`);
    return [
      name.slice(prefix.length),
      {
        ...answer?.Configuration,
        variables: answer?.Configuration.Environment?.Variables,
        reserved: answer?.Concurrency?.ReservedConcurrentExecutions,
        mayBeInvokedBy: policy === undefined ? [] : JSON.parse(policy.Policy).Statement,
      },
    ] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

/** By the names of the roles that start so, without that start. */
export async function readRights(calls: EmulatedCalls, prefix: string): Promise<Record<string, readonly unknown[]>> {
  const { Roles } = await calls.query<{ Roles: { RoleName: string }[] }>("iam", "ListRoles");
  const names = Roles.map(({ RoleName }) => RoleName).filter((name) => name.startsWith(prefix));
  const read = names.sort().map(async (RoleName) => {
    const of = { RoleName };
    const { PolicyNames } = await calls.query<{ PolicyNames: string[] }>("iam", "ListRolePolicies", of);
    const statements = PolicyNames.map(async (PolicyName) => {
      const parameters = { RoleName, PolicyName };
      const { PolicyDocument } = await calls.query<{ PolicyDocument: string }>("iam", "GetRolePolicy", parameters);
      return (JSON.parse(decodeURIComponent(PolicyDocument)) as { Statement: unknown[] }).Statement;
    });
    return [RoleName.slice(prefix.length), (await Promise.all(statements)).flat()] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

interface ApiParts {
  readonly items: readonly Attributes[];
}

/** Its stage, and by route key what the route's integration is. */
async function readApi(calls: EmulatedCalls, name: string): Promise<Attributes> {
  const apis = await calls.rest<{ items: { apiId: string; name: string }[] }>("apigateway", "/v2/apis");
  const id = apis?.items.find((api) => api.name === name)?.apiId;
  const parts = async (what: string) =>
    (await calls.rest<ApiParts>("apigateway", `/v2/apis/${id}/${what}`))?.items ?? [];
  const [stages, routes, integrations] = await Promise.all(["stages", "routes", "integrations"].map(parts));
  const byTarget = new Map(integrations?.map((one) => [`integrations/${one.integrationId}`, one]));
  return {
    stages: stages?.map((stage) => ({ ...stage, throttle: throttleOf(stage) })),
    routes: Object.fromEntries((routes ?? []).map(({ routeKey, target }) => [routeKey, byTarget.get(String(target))])),
  };
}

function throttleOf({ defaultRouteSettings }: Attributes): object | undefined {
  const { throttlingRateLimit: perSecond, throttlingBurstLimit: burst } = (defaultRouteSettings ?? {}) as Attributes;
  return perSecond === undefined && burst === undefined ? undefined : { perSecond, burst };
}

async function readExpiryDays(s3: S3Client, prefix: string): Promise<Deployed["bodyExpiryDays"]> {
  const { Buckets = [] } = await s3.send(new ListBucketsCommand());
  const bucket = Buckets.find(({ Name }) => Name?.startsWith(prefix))?.Name;
  if (bucket === undefined) return undefined;
  const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }));
  const expiring = Rules.filter(({ Expiration }) => Expiration?.Days !== undefined);
  return Object.fromEntries(expiring.map(({ Filter, Expiration }) => [Filter?.Prefix ?? "", Expiration?.Days]));
}
