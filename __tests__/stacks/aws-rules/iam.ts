import { resource, resources, type StackJson } from "../synthesized";
import { type AwsRule, many, map, named, referred, statements } from "./rule";

/** Actions of the services that the stacks use. Source: Service Authorization Reference. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  sqs: [
    "AddPermission",
    "CancelMessageMoveTask",
    "ChangeMessageVisibility",
    "CreateQueue",
    "DeleteMessage",
    "DeleteQueue",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ListDeadLetterSourceQueues",
    "ListMessageMoveTasks",
    "ListQueueTags",
    "ListQueues",
    "PurgeQueue",
    "ReceiveMessage",
    "RemovePermission",
    "SendMessage",
    "SetQueueAttributes",
    "StartMessageMoveTask",
    "TagQueue",
    "UntagQueue",
  ],
  dynamodb: [
    "BatchGetItem",
    "BatchWriteItem",
    "ConditionCheckItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "UpdateItem",
  ],
  s3: [
    "AbortMultipartUpload",
    "DeleteObject",
    "GetObject",
    "GetObjectAttributes",
    "GetObjectTagging",
    "ListBucket",
    "ListBucketMultipartUploads",
    "PutObject",
    "PutObjectTagging",
  ],
  logs: ["CreateLogGroup", "CreateLogStream", "PutLogEvents"],
  lambda: ["GetFunction", "InvokeFunction"],
  "rds-db": ["connect"],
  ssm: ["DescribeParameters", "GetParameter", "GetParameters", "GetParametersByPath", "PutParameter"],
  secretsmanager: ["DescribeSecret", "GetSecretValue", "ListSecrets", "PutSecretValue"],
  ec2: [
    "AssignPrivateIpAddresses",
    "CreateNetworkInterface",
    "DeleteNetworkInterface",
    "DescribeNetworkInterfaces",
    "DescribeSubnets",
    "DetachNetworkInterface",
    "UnassignPrivateIpAddresses",
  ],
  sts: ["AssumeRole"],
};

/** Whether a role's own policies allow an action on what a reference names, or on keys of it. */
function allows(stack: StackJson, role: string, action: string, target: string, keys = ""): boolean {
  return resources(stack, "aws_iam_role_policy")
    .filter(({ properties }) => referred(properties.role) === role)
    .flatMap(({ properties }) => statements(properties.policy))
    .some(
      ({ Effect, Action, Resource }) =>
        Effect === "Allow" &&
        many(Action).includes(action) &&
        many(Resource).some((arn) => arn === `\${${target}.arn}${keys}`),
    );
}

interface CallOfFunction {
  readonly action: string;
  /** Names what it is called on. */
  readonly variable: string;
  readonly keys?: string;
  /** Another variable: without it the function does not call so. */
  readonly beside?: string;
}

/** What a function calls on what its environment names. */
const CALLS: Readonly<Record<string, readonly CallOfFunction[]>> = {
  "aws_lambda_function.publisher_function": [
    { action: "sqs:SendMessage", variable: "EVENTS_QUEUE_URL" },
    { action: "s3:PutObject", variable: "BODIES_BUCKET_NAME", keys: "/inflight/*" },
  ],
  "aws_lambda_function.consumer_function": [
    { action: "dynamodb:PutItem", variable: "EVENTS_TABLE_NAME" },
    { action: "dynamodb:GetItem", variable: "EVENTS_TABLE_NAME" },
    { action: "s3:GetObject", variable: "BODIES_BUCKET_NAME", keys: "/inflight/*" },
    // A row holds every body itself.
    { action: "s3:PutObject", variable: "BODIES_BUCKET_NAME", keys: "/bodies/*", beside: "EVENTS_TABLE_NAME" },
    { action: "s3:ListBucket", variable: "BODIES_BUCKET_NAME" },
  ],
  "aws_lambda_function.migrations_start_function": [
    { action: "lambda:InvokeFunction", variable: "MIGRATE_FUNCTION_NAME" },
  ],
};

const sqsIntegrations = (stack: StackJson) =>
  resources(stack, "aws_apigatewayv2_integration").filter(({ properties }) => properties.integration_uri === undefined);

function trustProblems(stack: StackJson, user: string, role: string | undefined, service: string): string[] {
  if (role === undefined) return [`${user}: has no role`];
  const trusted = statements(resource(stack, role).assume_role_policy).flatMap(({ Principal }) =>
    typeof Principal === "object" ? many(Principal.Service) : [],
  );
  return trusted.includes(service) ? [] : [`${user}: ${role} trusts ${trusted.join(", ")}, not ${service}`];
}

export const IAM_RULES: readonly AwsRule[] = [
  {
    name: "a role trusts the service that takes it",
    source: "IAM User Guide, roles for AWS services; AWS services that work with IAM (principals)",
    problems: (stack) => [
      ...resources(stack, "aws_lambda_function").flatMap(({ address, properties }) =>
        trustProblems(stack, address, referred(properties.role), "lambda.amazonaws.com"),
      ),
      ...sqsIntegrations(stack).flatMap(({ address, properties }) =>
        trustProblems(stack, address, referred(properties.credentials_arn), "apigateway.amazonaws.com"),
      ),
    ],
    breakIt: (stack) => {
      const role = resource(stack, "aws_iam_role.consumer_role");
      role.assume_role_policy = String(role.assume_role_policy).replace("lambda.", "ec2.");
    },
    found: [
      "aws_lambda_function.consumer_function: aws_iam_role.consumer_role trusts ec2.amazonaws.com, not lambda.amazonaws.com",
    ],
  },
  {
    name: "actions exist",
    source: "Service Authorization Reference",
    problems: (stack) =>
      ["aws_iam_role_policy", "aws_sqs_queue_policy", "aws_s3_bucket_policy", "aws_vpc_endpoint"]
        .flatMap((type) => resources(stack, type))
        .flatMap(({ address, properties }) =>
          statements(properties.policy)
            .flatMap(({ Action }) => many(Action))
            .filter((action) => {
              const [service = "", name = ""] = action.split(":");
              return name === "*" ? !(service in ACTIONS) : !(ACTIONS[service] ?? []).includes(name);
            })
            .map((action) => `${address}: there is no action ${action}`),
        ),
    breakIt: (stack) => {
      const policy = resource(stack, "aws_iam_role_policy.ingress_role-policy");
      policy.policy = String(policy.policy).replace("sqs:SendMessage", "sqs:NoSuchAction");
    },
    found: ["aws_iam_role_policy.ingress_role-policy: there is no action sqs:NoSuchAction"],
  },
  {
    name: "the consumer's role may poll the queue of its mapping",
    source: "Lambda Developer Guide, configuring an SQS event source: execution role permissions",
    problems: (stack) =>
      resources(stack, "aws_lambda_event_source_mapping").flatMap(({ address, properties }) => {
        const role = referred(resource(stack, referred(properties.function_name) ?? "").role) ?? "";
        const queue = referred(properties.event_source_arn) ?? "";
        return ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
          .filter((action) => !allows(stack, role, action, queue))
          .map((action) => `${address}: ${role} may not ${action} on ${queue}`);
      }),
    breakIt: (stack) => {
      const policy = resource(stack, "aws_iam_role_policy.consumer_role-policy");
      policy.policy = String(policy.policy).replace('"sqs:DeleteMessage",', "");
    },
    found: [
      "aws_lambda_event_source_mapping.consumer_mapping: aws_iam_role.consumer_role may not sqs:DeleteMessage on aws_sqs_queue.events_queue",
    ],
  },
  {
    name: "the integration's role may send to the queue",
    source: "API Gateway Developer Guide, AWS service integrations for HTTP APIs: permissions",
    problems: (stack) =>
      sqsIntegrations(stack).flatMap(({ address, properties }) => {
        const role = referred(properties.credentials_arn) ?? "";
        const parameters = properties.request_parameters as Record<string, string>;
        const queue = referred(parameters.QueueUrl) ?? "";
        return allows(stack, role, "sqs:SendMessage", queue)
          ? []
          : [`${address}: ${role} may not sqs:SendMessage on ${queue}`];
      }),
    breakIt: (stack) => {
      const github = resource(stack, "aws_apigatewayv2_integration.ingress_send-github");
      github.credentials_arn = "${aws_iam_role.consumer_role.arn}";
    },
    found: [
      "aws_apigatewayv2_integration.ingress_send-github: aws_iam_role.consumer_role may not sqs:SendMessage on aws_sqs_queue.events_queue",
    ],
  },
  {
    name: "a function's role may call what its environment names",
    source:
      "IAM User Guide, policy evaluation: nothing is allowed by itself; S3 API, GetObject and CopyObject, permissions",
    breaks: "lambda",
    problems: (stack) =>
      resources(stack, "aws_lambda_function").flatMap(({ address, properties }) => {
        const role = referred(properties.role) ?? "";
        const variables = map(map(properties.environment).variables);
        return (CALLS[address] ?? []).flatMap(({ action, variable, keys = "", beside }) => {
          const target = referred(variables[variable]);
          const isCalled = beside === undefined || beside in variables;
          if (target === undefined || !isCalled || allows(stack, role, action, target, keys)) return [];
          return [`${address}: ${role} may not ${action} on ${target}${keys}`];
        });
      }),
    breakIt: (stack) => {
      const consumer = resource(stack, "aws_iam_role_policy.consumer_role-policy");
      consumer.policy = String(consumer.policy)
        .replace("inflight/*", "*")
        .replace("dynamodb:GetItem", "dynamodb:Query");
      const publisher = resource(stack, "aws_iam_role_policy.publisher_role-policy");
      publisher.policy = String(publisher.policy).replace("sqs:SendMessage", "sqs:ReceiveMessage");
    },
    found: [
      "aws_lambda_function.consumer_function: aws_iam_role.consumer_role may not dynamodb:GetItem on aws_dynamodb_table.sink_table",
      "aws_lambda_function.consumer_function: aws_iam_role.consumer_role may not s3:GetObject on aws_s3_bucket.bodies_bucket/inflight/*",
      "aws_lambda_function.publisher_function: aws_iam_role.publisher_role may not sqs:SendMessage on aws_sqs_queue.events_queue",
    ],
  },
  {
    name: "names of roles and policies are allowed",
    source: "IAM API, CreateRole (RoleName) and PutRolePolicy (PolicyName)",
    problems: (stack) => [
      ...resources(stack, "aws_iam_role").flatMap((role) => named(role, "name", /^[\w+=,.@-]{1,64}$/)),
      ...resources(stack, "aws_iam_role_policy").flatMap((policy) => named(policy, "name", /^[\w+=,.@-]{1,128}$/)),
    ],
    breakIt: (stack) => {
      resource(stack, "aws_iam_role.ingress_role").name = "x".repeat(65);
    },
    found: [`aws_iam_role.ingress_role: name is "${"x".repeat(65)}", not ^[\\w+=,.@-]{1,64}$`],
  },
];
