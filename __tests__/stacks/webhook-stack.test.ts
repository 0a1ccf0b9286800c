import { Testing } from "cdktf";
import { environments } from "../../environments";
import { UsageError } from "../../stacks/errors";
import { SENDER_HEADERS } from "../../stacks/header-sets";
import { readSettings } from "../../stacks/settings";
import { WebhookStack } from "../../stacks/webhook-stack";
import {
  counts,
  outputs,
  type Properties,
  parsed,
  resource,
  resources,
  type StackJson,
  synthesized,
} from "./synthesized";

const dev = synthesized(environments.dev, "dev");
const production = synthesized(environments.production, "production");

test.each([
  ["dev", dev],
  ["production", production],
])("%s has exactly these resources", (_, stack) => {
  expect(counts(stack)).toEqual({
    aws_apigatewayv2_api: 1,
    aws_apigatewayv2_integration: 13,
    aws_apigatewayv2_route: 31,
    aws_apigatewayv2_stage: 1,
    aws_cloudwatch_log_group: 2,
    aws_dynamodb_table: 1,
    aws_iam_role: 2,
    aws_iam_role_policy: 2,
    aws_lambda_event_source_mapping: 1,
    aws_lambda_function: 1,
    aws_sqs_queue: 2,
    aws_sqs_queue_policy: 2,
    aws_sqs_queue_redrive_allow_policy: 1,
  });
});

describe("routes", () => {
  const integration = (stack: StackJson, routeKey: string): Properties => {
    const route = resources(stack, "aws_apigatewayv2_route").find(
      ({ properties }) => properties.route_key === routeKey,
    );
    const address = /\$\{(.+)\.id\}/.exec(String(route?.properties.target))?.[1] ?? "";
    return resource(stack, address).request_parameters as Properties;
  };
  const setOf = (parameters: Properties) => /direct (\S+)/.exec(String(parameters.MessageAttributes))?.[1];

  test.each(["GET", "HEAD", "DELETE", "OPTIONS"])("%s sends a greeting, on every path", (method) => {
    for (const routeKey of [`${method} /`, `${method} /{proxy+}`]) {
      const parameters = integration(dev, routeKey);
      expect([parameters.MessageBody, setOf(parameters)]).toEqual(["hello from $${context.path}", "default"]);
    }
  });

  test("anything else sends its body with the default set", () => {
    const parameters = integration(dev, "$default");
    expect([parameters.MessageBody, setOf(parameters)]).toEqual(["$request.body", "default"]);
    expect(parameters.QueueUrl).toBe("${aws_sqs_queue.events_queue.url}");
  });

  test.each(["github", "stripe", "paypal"])(
    "a POST to /%s and below sends its body with that sender's set",
    (sender) => {
      for (const routeKey of [`POST /${sender}`, `POST /${sender}/{proxy+}`]) {
        const parameters = integration(dev, routeKey);
        expect([parameters.MessageBody, setOf(parameters)]).toEqual(["$request.body", sender]);
      }
    },
  );

  test("senders are where the settings put them, two paths of one sender share its integration", () => {
    const stack = synthesized({ senders: { "/": "github", "/a-b": "stripe", "/a/b": "stripe", "/a_b.c~d": "slack" } });
    expect(
      resources(stack, "aws_apigatewayv2_route")
        .map(({ properties }) => String(properties.route_key))
        .filter((key) => key.startsWith("POST"))
        .sort(),
    ).toEqual([
      "POST /",
      "POST /a-b",
      "POST /a-b/{proxy+}",
      "POST /a/b",
      "POST /a/b/{proxy+}",
      "POST /a_b.c~d",
      "POST /a_b.c~d/{proxy+}",
      "POST /{proxy+}",
    ]);
    expect(counts(stack).aws_apigatewayv2_integration).toBe(5);
  });
});

describe("ingress", () => {
  test("the account's throttle holds unless both numbers are set", () => {
    expect(resource(dev, "aws_apigatewayv2_stage.http_stage")).not.toHaveProperty("default_route_settings");
    const throttled = synthesized({ throttle: { ratePerSecond: 100, burst: 50 } });
    expect(resource(throttled, "aws_apigatewayv2_stage.http_stage").default_route_settings).toEqual({
      throttling_rate_limit: 100,
      throttling_burst_limit: 50,
    });
  });

  test("the access log is a line of JSON with id, path, status, integration status and latency", () => {
    const { access_log_settings: log } = resource(dev, "aws_apigatewayv2_stage.http_stage");
    expect(parsed((log as Properties).format)).toMatchObject({
      requestId: "$context.requestId",
      path: "$context.path",
      status: "$context.status",
      integrationStatus: "$context.integrationStatus",
      responseLatency: "$context.responseLatency",
    });
    expect(resource(dev, "aws_cloudwatch_log_group.http_access-log")).toMatchObject({
      name: "/aws/vendedlogs/dev-webhook-access",
      retention_in_days: 30,
    });
  });

  test("the API may send to the events queue and nothing else", () => {
    expect(parsed(resource(dev, "aws_iam_role_policy.ingress_role-policy").policy)).toEqual({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: "${aws_sqs_queue.events_queue.arn}" }],
    });
  });
});

describe("queues", () => {
  test("follow the consumer's timeout and the outage that is to be survived", () => {
    expect(resource(dev, "aws_sqs_queue.events_queue")).toMatchObject({
      name: "dev-webhook-events",
      visibility_timeout_seconds: 60,
      message_retention_seconds: 1_209_600,
      max_message_size: 262_144,
      sqs_managed_sse_enabled: true,
    });
    expect(parsed(resource(dev, "aws_sqs_queue.events_queue").redrive_policy)).toEqual({
      deadLetterTargetArn: "${aws_sqs_queue.events_dead-letter-queue.arn}",
      maxReceiveCount: 20,
    });
    expect(parsed(resource(production, "aws_sqs_queue.events_queue").redrive_policy).maxReceiveCount).toBe(45);
  });

  test("only the events queue may move messages to the dead-letter queue", () => {
    const allow = resource(dev, "aws_sqs_queue_redrive_allow_policy.events_redrive-allow-policy");
    expect(allow.queue_url).toBe("${aws_sqs_queue.events_dead-letter-queue.url}");
    expect(parsed(allow.redrive_allow_policy)).toEqual({
      redrivePermission: "byQueue",
      sourceQueueArns: ["${aws_sqs_queue.events_queue.arn}"],
    });
  });

  test.each(["queue", "dead-letter-queue"])("the %s refuses plain HTTP", (queue) => {
    expect(parsed(resource(dev, `aws_sqs_queue_policy.events_${queue}-policy`).policy).Statement).toEqual([
      {
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: `\${aws_sqs_queue.events_${queue}.arn}`,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });
});

describe("consumer", () => {
  test("is the bundle in the stack's folder, with every variable that it reads", () => {
    expect(dev.data.archive_file?.consumer_bundle_archive).toMatchObject({
      type: "zip",
      source_file: expect.stringMatching(/^assets\/consumer_bundle_code\/[0-9A-F]{32}\/index\.js$/),
      output_path: "consume.zip",
      output_file_mode: "0644",
    });
    const consume = resource(dev, "aws_lambda_function.consumer_function");
    expect(consume).toMatchObject({
      function_name: "dev-webhook-consume",
      architectures: ["arm64"],
      runtime: "nodejs22.x",
      handler: "index.handler",
      timeout: 10,
      memory_size: 256,
      filename: "${data.archive_file.consumer_bundle_archive.output_path}",
      source_code_hash: "${data.archive_file.consumer_bundle_archive.output_base64sha256}",
      logging_config: { log_format: "JSON", log_group: "${aws_cloudwatch_log_group.consumer_log-group.name}" },
    });
    expect((consume.environment as { variables: Properties }).variables).toEqual({
      EVENTS_TABLE_NAME: "${aws_dynamodb_table.sink_table.name}",
      INGRESS: "direct",
      HEADER_SETS: expect.stringMatching(/^\{"default":\["content-type",.*"github":\[/),
      INDEX_SHARDS: "8",
      COMPRESS_OVER_BYTES: "1024",
      REJECTED_EXPIRY_DAYS: "90",
      REJECTED_MAX_PER_MINUTE: "60",
      POWERTOOLS_SERVICE_NAME: "dev-webhook-consume",
      POWERTOOLS_LOG_LEVEL: "INFO",
    });
  });

  test("is told when events expire, and 0 as 0", () => {
    const stack = synthesized({ table: { eventExpiryDays: 28, compressOverBytes: 0 } });
    const { variables } = resource(stack, "aws_lambda_function.consumer_function").environment as {
      variables: Properties;
    };
    expect(variables).toMatchObject({ EVENT_EXPIRY_DAYS: "28", COMPRESS_OVER_BYTES: "0" });
  });

  test("gets batches of what it may hold at once, and reports single failures", () => {
    expect(resource(dev, "aws_lambda_event_source_mapping.consumer_mapping")).toMatchObject({
      event_source_arn: "${aws_sqs_queue.events_queue.arn}",
      function_name: "${aws_lambda_function.consumer_function.arn}",
      batch_size: 10,
      maximum_batching_window_in_seconds: 0,
      function_response_types: ["ReportBatchItemFailures"],
      scaling_config: { maximum_concurrency: 5 },
      depends_on: ["aws_iam_role_policy.consumer_role-policy"],
    });
    expect(resource(dev, "aws_lambda_function.consumer_function")).not.toHaveProperty("reserved_concurrent_executions");
  });

  test("one at a time is the mapping's lowest maximum under a reservation of 1", () => {
    const stack = synthesized({ consumer: { maximumConcurrency: 1, reservedConcurrency: 1 } });
    expect(resource(stack, "aws_lambda_function.consumer_function").reserved_concurrent_executions).toBe(1);
    expect(resource(stack, "aws_lambda_event_source_mapping.consumer_mapping").scaling_config).toEqual({
      maximum_concurrency: 2,
    });
  });

  test("may do exactly what it calls, on exactly its resources", () => {
    expect(parsed(resource(dev, "aws_iam_role_policy.consumer_role-policy").policy).Statement).toEqual([
      {
        Effect: "Allow",
        Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        Resource: "${aws_sqs_queue.events_queue.arn}",
      },
      {
        Effect: "Allow",
        Action: ["dynamodb:PutItem", "dynamodb:GetItem"],
        Resource: "${aws_dynamodb_table.sink_table.arn}",
      },
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: "${aws_cloudwatch_log_group.consumer_log-group.arn}:*",
      },
    ]);
  });
});

describe("table", () => {
  test("is on demand, with one key, an index of keys and state, and expiry", () => {
    expect(resource(production, "aws_dynamodb_table.sink_table")).toMatchObject({
      name: "production-webhook-events",
      billing_mode: "PAY_PER_REQUEST",
      hash_key: "pk",
      global_secondary_index: [
        {
          name: "by-source-and-time",
          hash_key: "sourceShard",
          range_key: "receivedAt",
          projection_type: "INCLUDE",
          non_key_attributes: ["state"],
        },
      ],
      ttl: { attribute_name: "expiresAt", enabled: true },
      point_in_time_recovery: { enabled: true },
      server_side_encryption: { enabled: false },
      deletion_protection_enabled: true,
    });
  });

  test("dev can be thrown away", () => {
    expect(resource(dev, "aws_dynamodb_table.sink_table").deletion_protection_enabled).toBe(false);
  });

  test("follows its settings", () => {
    const stack = synthesized({ table: { pointInTimeRecovery: false, encryption: "aws-managed" } });
    expect(resource(stack, "aws_dynamodb_table.sink_table")).toMatchObject({
      point_in_time_recovery: { enabled: false },
      server_side_encryption: { enabled: true },
    });
  });
});

describe("alarms", () => {
  test("by mail: a topic of its own, and what to look at before an event is lost", () => {
    const stack = synthesized({ alarms: { email: "oncall@example.com" }, queue: { retentionDays: 4 } });
    expect(counts(stack)).toMatchObject({
      aws_sns_topic: 1,
      aws_sns_topic_subscription: 1,
      aws_cloudwatch_metric_alarm: 5,
      aws_cloudwatch_log_metric_filter: 1,
    });
    expect(
      resources(stack, "aws_cloudwatch_metric_alarm").map(({ properties: p }) => [
        p.alarm_name,
        p.metric_name,
        p.statistic,
        p.threshold,
      ]),
    ).toEqual([
      ["test-webhook-conflicts", "test-webhook-conflicts", "Sum", 0],
      ["test-webhook-consumer-errors", "Errors", "Sum", 0],
      ["test-webhook-dead-letter-queue-not-empty", "ApproximateNumberOfMessagesVisible", "Maximum", 0],
      ["test-webhook-oldest-message-25-percent", "ApproximateAgeOfOldestMessage", "Maximum", 86_400],
      ["test-webhook-oldest-message-50-percent", "ApproximateAgeOfOldestMessage", "Maximum", 172_800],
    ]);
  });

  test("to a topic that exists: no topic is made", () => {
    const topicArn = "arn:aws:sns:us-east-1:123456789012:alerts";
    const stack = synthesized({ alarms: { topicArn } });
    expect(counts(stack)).not.toHaveProperty("aws_sns_topic");
    for (const { properties } of resources(stack, "aws_cloudwatch_metric_alarm")) {
      expect(properties).toMatchObject({
        alarm_actions: [topicArn],
        ok_actions: [topicArn],
        treat_missing_data: "notBreaching",
      });
    }
  });
});

describe("every environment", () => {
  test.each([
    ["dev", dev],
    ["production", production],
  ])("%s: names start with it, and every resource is tagged", (environment, stack) => {
    const names = Object.values(stack.resource)
      .flatMap((named) => Object.values(named))
      .flatMap(({ name, function_name: functionName }) => [name, functionName])
      .filter((name): name is string => typeof name === "string" && !name.startsWith("${"))
      .filter((name) => !["$default", "send", "consume"].includes(name))
      .map((name) => name.split("/").at(-1) ?? "");
    expect(names).toHaveLength(9);
    expect(names.filter((name) => !name.startsWith(`${environment}-webhook-`))).toEqual([]);
    expect(stack.provider.aws).toEqual([
      {
        region: "us-east-1",
        default_tags: [{ tags: { project: "scalable-webhook", environment, stack: `webhook-${environment}` } }],
      },
    ]);
  });

  test("two environments share no name", () => {
    const namesOf = (stack: StackJson) =>
      [...JSON.stringify(stack.resource).matchAll(/"name":"[^$"][^"]*"/g)].map(([name]) => name);
    const shared = namesOf(dev).filter((name) => namesOf(production).includes(name));
    expect([...new Set(shared)].sort()).toEqual(
      // Of routes' stage, inline policies, attributes and the index: names inside of a resource.
      [
        '"name":"by-source-and-time"',
        '"name":"consume"',
        '"name":"pk"',
        '"name":"receivedAt"',
        '"name":"send"',
        '"name":"sourceShard"',
      ],
    );
  });

  test("outputs are what an operator needs", () => {
    expect(outputs(dev)).toEqual({
      url: "${aws_apigatewayv2_api.http_api.api_endpoint}",
      events_queue_url: "${aws_sqs_queue.events_queue.url}",
      dead_letter_queue_url: "${aws_sqs_queue.events_dead-letter-queue.url}",
      events_table_name: "${aws_dynamodb_table.sink_table.name}",
      consumer_function_name: "${aws_lambda_function.consumer_function.function_name}",
      access_log_group_name: "${aws_cloudwatch_log_group.http_access-log.name}",
      consumer_log_group_name: "${aws_cloudwatch_log_group.consumer_log-group.name}",
    });
  });

  test("providers take the versions that the stacks were written for, and state lies beside the output folder", () => {
    expect(dev.terraform).toEqual({
      backend: { local: { path: "../../../terraform.webhook-dev.tfstate" } },
      required_providers: {
        archive: { source: "hashicorp/archive", version: ">= 2.7.0, < 3.0.0" },
        aws: { source: "aws", version: ">= 5.100.0, < 7.0.0" },
      },
      required_version: ">= 1.5.0",
    });
  });

  test("tags of the settings are added", () => {
    const [aws] = synthesized({ tags: { team: "events" } }).provider.aws ?? [];
    expect(aws?.default_tags).toEqual([
      { tags: { project: "scalable-webhook", environment: "test", stack: "webhook-test", team: "events" } },
    ]);
  });
});

test("a bundle that was not built is named, with the command that builds it", () => {
  const app = Testing.app();
  const settings = readSettings("test", {});
  expect(
    () => new WebhookStack(app, "x", { environment: "test", settings, functionsDirectory: "dist/nowhere" }),
  ).toThrow(
    new UsageError(
      "BUNDLE_MISSING",
      `The function's bundle is not there: dist/nowhere/consume/index.js
  The stack carries the bundle that build.mjs makes.
  Run npm run build, or npm run synth, which builds first.                                           [BUNDLE_MISSING]`,
    ),
  );
});

test("a header set that grew over a request parameter's length stops the synthesis", () => {
  const sets: Record<string, readonly string[]> = SENDER_HEADERS;
  const grown = jest.replaceProperty(sets, "stripe", ["h".repeat(300)]);
  try {
    expect(() => synthesized()).toThrow(
      'MessageAttributes of the header set "stripe" has 674 characters; API Gateway takes 512 ' +
        "(API Gateway API, CreateIntegration, requestParameters). Take a header out of the set in stacks/header-sets.ts.",
    );
  } finally {
    grown.restore();
  }
});
