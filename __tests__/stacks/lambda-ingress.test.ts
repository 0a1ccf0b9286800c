import type { EnvironmentSettings } from "../../stacks/settings";
import {
  counts,
  outputs,
  type Properties,
  parsed,
  resource,
  resources,
  type StackJson,
  synthesized,
  told,
} from "./synthesized";

const LAMBDA = { ingress: "lambda" } as const satisfies EnvironmentSettings;
const stack = synthesized(LAMBDA);
const direct = synthesized();

const variables = (of: StackJson, address: string) =>
  (resource(of, address).environment as { variables: Properties }).variables;

test("the stack has exactly these resources", () => {
  expect(counts(stack)).toEqual({
    aws_apigatewayv2_api: 1,
    aws_apigatewayv2_integration: 1,
    aws_apigatewayv2_route: 1,
    aws_apigatewayv2_stage: 1,
    aws_cloudwatch_log_group: 3,
    aws_dynamodb_table: 1,
    aws_iam_role: 2,
    aws_iam_role_policy: 2,
    aws_lambda_event_source_mapping: 1,
    aws_lambda_function: 2,
    aws_lambda_permission: 1,
    aws_s3_bucket: 1,
    aws_s3_bucket_lifecycle_configuration: 1,
    aws_s3_bucket_ownership_controls: 1,
    aws_s3_bucket_policy: 1,
    aws_s3_bucket_public_access_block: 1,
    aws_s3_bucket_server_side_encryption_configuration: 1,
    aws_sqs_queue: 2,
    aws_sqs_queue_policy: 2,
    aws_sqs_queue_redrive_allow_policy: 1,
  });
});

test("queue, table, mapping, stage and access log are the same as with direct ingress", () => {
  for (const type of [
    "aws_sqs_queue",
    "aws_sqs_queue_policy",
    "aws_sqs_queue_redrive_allow_policy",
    "aws_dynamodb_table",
    "aws_lambda_event_source_mapping",
    "aws_apigatewayv2_api",
    "aws_apigatewayv2_stage",
  ]) {
    expect(resources(stack, type)).toEqual(resources(direct, type));
  }
});

describe("ingress", () => {
  test("every request goes to the publisher, which may be called before the route leads there", () => {
    expect(resource(stack, "aws_apigatewayv2_route.ingress_route-default")).toMatchObject({
      route_key: "$default",
      target: "integrations/${aws_apigatewayv2_integration.ingress_publish.id}",
      depends_on: ["aws_lambda_permission.ingress_permission", "aws_iam_role_policy.publisher_role-policy"],
    });
    expect(resource(stack, "aws_apigatewayv2_integration.ingress_publish")).toMatchObject({
      integration_type: "AWS_PROXY",
      integration_method: "POST",
      integration_uri: "${aws_lambda_function.publisher_function.invoke_arn}",
      payload_format_version: "2.0",
      timeout_milliseconds: 30_000,
    });
  });

  test("the route keeps its address when an API changes its ingress, so that no request finds none", () => {
    expect(resource(direct, "aws_apigatewayv2_route.ingress_route-default").route_key).toBe("$default");
  });

  test("only this API's default route may invoke the publisher", () => {
    expect(told(stack, "aws_lambda_permission.ingress_permission")).toEqual({
      action: "lambda:InvokeFunction",
      function_name: "${aws_lambda_function.publisher_function.function_name}",
      principal: "apigateway.amazonaws.com",
      source_arn: "${aws_apigatewayv2_api.http_api.execution_arn}/*/$default",
      statement_id: "api",
    });
  });
});

describe("publisher", () => {
  test("is its bundle, with every variable that it reads", () => {
    expect(stack.data.archive_file?.publisher_bundle_archive).toMatchObject({
      source_file: expect.stringMatching(/^assets\/publisher_bundle_code\/[0-9A-F]{32}\/index\.js$/),
      output_path: "publish.zip",
    });
    expect(resource(stack, "aws_lambda_function.publisher_function")).toMatchObject({
      function_name: "test-webhook-publish",
      architectures: ["arm64"],
      runtime: "nodejs22.x",
      timeout: 10,
      memory_size: 256,
      filename: "${data.archive_file.publisher_bundle_archive.output_path}",
      source_code_hash: "${data.archive_file.publisher_bundle_archive.output_base64sha256}",
      logging_config: { log_format: "JSON", log_group: "${aws_cloudwatch_log_group.publisher_log-group.name}" },
    });
    expect(resource(stack, "aws_lambda_function.publisher_function")).not.toHaveProperty(
      "reserved_concurrent_executions",
    );
    expect(variables(stack, "aws_lambda_function.publisher_function")).toEqual({
      EVENTS_QUEUE_URL: "${aws_sqs_queue.events_queue.url}",
      BODIES_BUCKET_NAME: "${aws_s3_bucket.bodies_bucket.bucket}",
      MAXIMUM_MESSAGE_BYTES: "262144",
      POWERTOOLS_SERVICE_NAME: "test-webhook-publish",
      POWERTOOLS_LOG_LEVEL: "INFO",
    });
  });

  test("follows its settings, and runs as the consumer does", () => {
    const set = synthesized({
      ...LAMBDA,
      publisher: { memoryMb: 512, timeoutSeconds: 5, reservedConcurrency: 50 },
      consumer: { runtime: "nodejs24.x", architecture: "x86_64" },
    });
    expect(resource(set, "aws_lambda_function.publisher_function")).toMatchObject({
      memory_size: 512,
      timeout: 5,
      reserved_concurrent_executions: 50,
      runtime: "nodejs24.x",
      architectures: ["x86_64"],
    });
  });

  test("may send to the queue, put what is on its way, and write its log", () => {
    expect(parsed(resource(stack, "aws_iam_role_policy.publisher_role-policy").policy).Statement).toEqual([
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: "${aws_sqs_queue.events_queue.arn}" },
      { Effect: "Allow", Action: "s3:PutObject", Resource: "${aws_s3_bucket.bodies_bucket.arn}/inflight/*" },
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: "${aws_cloudwatch_log_group.publisher_log-group.arn}:*",
      },
    ]);
  });
});

describe("consumer", () => {
  test("is told where bodies lie, and of no header sets: its messages name their headers", () => {
    expect(variables(stack, "aws_lambda_function.consumer_function")).toEqual({
      EVENTS_TABLE_NAME: "${aws_dynamodb_table.sink_table.name}",
      INGRESS: "lambda",
      INDEX_SHARDS: "8",
      COMPRESS_OVER_BYTES: "1024",
      REJECTED_EXPIRY_DAYS: "90",
      REJECTED_MAX_PER_MINUTE: "60",
      BODIES_BUCKET_NAME: "${aws_s3_bucket.bodies_bucket.bucket}",
      POWERTOOLS_SERVICE_NAME: "test-webhook-consume",
      POWERTOOLS_LOG_LEVEL: "INFO",
    });
  });

  test("may also read what is on its way, copy it to what is kept, and see that something is missing", () => {
    const statements = (of: StackJson) =>
      parsed(resource(of, "aws_iam_role_policy.consumer_role-policy").policy).Statement as Properties[];
    const more = statements(stack).filter(({ Action }) => String(Action).startsWith("s3:"));
    expect(more).toEqual([
      { Effect: "Allow", Action: "s3:GetObject", Resource: "${aws_s3_bucket.bodies_bucket.arn}/inflight/*" },
      { Effect: "Allow", Action: "s3:PutObject", Resource: "${aws_s3_bucket.bodies_bucket.arn}/bodies/*" },
      { Effect: "Allow", Action: "s3:ListBucket", Resource: "${aws_s3_bucket.bodies_bucket.arn}" },
    ]);
    const others = statements(stack).filter(({ Action }) => !String(Action).startsWith("s3:"));
    expect(others).toEqual(statements(direct));
  });
});

describe("allowed networks are looked at where a sender's address is first seen", () => {
  const allowedCidrs = ["192.0.2.0/24", "2001:db8::/32"];
  const text = '["192.0.2.0/24","2001:db8::/32"]';

  test("by the publisher, so that what it accepted is stored", () => {
    const guarded = synthesized({ ...LAMBDA, allowedCidrs });
    expect(variables(guarded, "aws_lambda_function.publisher_function").ALLOWED_CIDRS).toBe(text);
    expect(variables(guarded, "aws_lambda_function.consumer_function")).not.toHaveProperty("ALLOWED_CIDRS");
  });

  test("by the consumer, where there is no function before it", () => {
    const guarded = synthesized({ allowedCidrs });
    expect(variables(guarded, "aws_lambda_function.consumer_function").ALLOWED_CIDRS).toBe(text);
  });
});

test("outputs have the publisher and the bucket as well", () => {
  const more = Object.entries(outputs(stack)).filter(([name]) => !(name in outputs(direct)));
  expect(Object.fromEntries(more)).toEqual({
    publisher_function_name: "${aws_lambda_function.publisher_function.function_name}",
    publisher_log_group_name: "${aws_cloudwatch_log_group.publisher_log-group.name}",
    bodies_bucket_name: "${aws_s3_bucket.bodies_bucket.bucket}",
  });
});
