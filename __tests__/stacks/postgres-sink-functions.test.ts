import {
  type Json,
  type Properties,
  parsed,
  resource,
  type StackJson,
  synthesizedPostgresSink,
  told,
} from "./synthesized";

const stack = synthesizedPostgresSink({ ingress: "lambda", postgresSink: { retention: { eventExpiryDays: 365 } } });
const direct = synthesizedPostgresSink({ allowedCidrs: ["192.0.2.0/24"] });

const variables = (of: StackJson, address: string) =>
  (resource(of, `aws_lambda_function.${address}`).environment as { variables: Properties }).variables;
const rights = (of: StackJson, name: string): { Action: Json; Resource: Json }[] =>
  parsed(resource(of, `aws_iam_role_policy.${name}_role-policy`).policy).Statement;

const ADDRESS = {
  DATABASE_HOST: "${aws_db_instance.database_instance.address}",
  DATABASE_PORT: "${aws_db_instance.database_instance.port}",
  DATABASE_NAME: "${aws_db_instance.database_instance.db_name}",
};
const powertools = (name: string) => ({
  POWERTOOLS_SERVICE_NAME: `test-postgres-sink-${name}`,
  POWERTOOLS_LOG_LEVEL: "INFO",
});
const IN_VPC = {
  vpc_config: {
    subnet_ids: ["${aws_subnet.network_subnet-1.id}", "${aws_subnet.network_subnet-2.id}"],
    security_group_ids: ["${aws_security_group.network_clients.id}"],
  },
  replace_security_groups_on_destroy: true,
};

const INTERFACES = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];
const interfaces = (name: string) => [
  { Effect: "Allow", Action: INTERFACES, Resource: "*" },
  {
    Effect: "Deny",
    Action: INTERFACES,
    Resource: "*",
    Condition: {
      ArnEquals: {
        "lambda:SourceFunctionArn": `arn:aws:lambda:us-east-1:\${data.aws_caller_identity.account.account_id}:function:test-postgres-sink-${name}`,
      },
    },
  },
];
const login = (user: string) => ({
  Effect: "Allow",
  Action: "rds-db:connect",
  Resource: `arn:aws:rds-db:us-east-1:\${data.aws_caller_identity.account.account_id}:dbuser:\${aws_db_instance.database_instance.resource_id}/${user}`,
});
const logs = (group: string) => ({
  Effect: "Allow",
  Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
  Resource: `\${aws_cloudwatch_log_group.${group}_log-group.arn}:*`,
});
const polling = {
  Effect: "Allow",
  Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  Resource: "${aws_sqs_queue.events_queue.arn}",
};

describe("the consumer", () => {
  test("runs in the network, with every variable that it reads", () => {
    expect(resource(stack, "aws_lambda_function.consumer_function")).toMatchObject({
      ...IN_VPC,
      function_name: "test-postgres-sink-consume",
      timeout: 30,
      memory_size: 256,
      runtime: "nodejs22.x",
      architectures: ["arm64"],
      // Lambda refuses a function whose role cannot make its network interfaces.
      depends_on: expect.arrayContaining(["aws_iam_role_policy.consumer_role-policy"]),
    });
    expect(variables(stack, "consumer_function")).toEqual({
      ...ADDRESS,
      DATABASE_USER: "webhook_consumer",
      INGRESS: "lambda",
      BODIES_BUCKET_NAME: "${aws_s3_bucket.bodies_bucket.bucket}",
      ...powertools("consume"),
    });
    expect(variables(direct, "consumer_function")).toEqual({
      ...ADDRESS,
      DATABASE_USER: "webhook_consumer",
      INGRESS: "direct",
      HEADER_SETS: expect.stringContaining('"github":['),
      ALLOWED_CIDRS: '["192.0.2.0/24"]',
      ...powertools("consume"),
    });
  });

  test("may poll its queue, log in as its own user, and read a body: nothing else", () => {
    expect(rights(direct, "consumer")).toEqual([
      polling,
      login("webhook_consumer"),
      ...interfaces("consume"),
      logs("consumer"),
    ]);
    expect(rights(stack, "consumer")).toEqual([
      polling,
      login("webhook_consumer"),
      { Effect: "Allow", Action: "s3:GetObject", Resource: "${aws_s3_bucket.bodies_bucket.arn}/inflight/*" },
      { Effect: "Allow", Action: "s3:ListBucket", Resource: "${aws_s3_bucket.bodies_bucket.arn}" },
      ...interfaces("consume"),
      logs("consumer"),
    ]);
  });

  test("gets its first event when the tables are there and the way to them is open", () => {
    expect(told(direct, "aws_lambda_event_source_mapping.consumer_mapping")).toEqual({
      event_source_arn: "${aws_sqs_queue.events_queue.arn}",
      function_name: "${aws_lambda_function.consumer_function.arn}",
      batch_size: 10,
      maximum_batching_window_in_seconds: 0,
      function_response_types: ["ReportBatchItemFailures"],
      scaling_config: { maximum_concurrency: 5 },
      depends_on: [
        "aws_iam_role_policy.consumer_role-policy",
        "aws_lambda_invocation.migrations_invocation",
        "aws_vpc_security_group_egress_rule.network_clients-to-database",
        "aws_vpc_security_group_ingress_rule.network_database-from-clients",
      ],
    });
  });

  test("follows its own settings, and not those of the other stack's", () => {
    const set = synthesizedPostgresSink({
      consumer: { maximumConcurrency: 30, memoryMb: 1_024 },
      postgresSink: {
        consumer: { maximumConcurrency: 2, reservedConcurrency: 3, batchSize: 100, batchWindowSeconds: 1 },
      },
    });
    expect(resource(set, "aws_lambda_event_source_mapping.consumer_mapping")).toMatchObject({
      batch_size: 100,
      maximum_batching_window_in_seconds: 1,
      scaling_config: { maximum_concurrency: 2 },
    });
    expect(resource(set, "aws_lambda_function.consumer_function")).toMatchObject({
      memory_size: 256,
      reserved_concurrent_executions: 3,
    });
  });
});

describe("the migrations", () => {
  test("run in the network, and carry the numbered SQL", () => {
    expect(resource(stack, "aws_lambda_function.migrations_migrate_function")).toMatchObject({
      ...IN_VPC,
      function_name: "test-postgres-sink-migrate",
      depends_on: ["aws_iam_role_policy.migrations_migrate_role-policy"],
    });
    expect(stack.data.archive_file?.migrations_migrate_bundle_archive).toMatchObject({
      source_dir: expect.stringMatching(/^assets\/migrations_migrate_bundle_code\/[0-9A-F]{32}$/),
      excludes: ["index.js.map"],
      output_path: "migrate.zip",
      output_file_mode: "0644",
    });
  });

  test("give the consumer's user what the budget says, and half of its function's time for a statement", () => {
    expect(variables(stack, "migrations_migrate_function")).toEqual({
      ...ADDRESS,
      CONSUMER_CONNECTION_LIMIT: String(stack.output.connection_budget?.value),
      MAX_CONNECTIONS: "200",
      CONSUMER_STATEMENT_TIMEOUT_SECONDS: "15",
      IDLE_SESSION_TIMEOUT_SECONDS: "300",
      ...powertools("migrate"),
    });
  });

  test("may log in as the migrator; the administrator needs no right, since it has a password", () => {
    expect(rights(stack, "migrations_migrate")).toEqual([
      login("webhook_migrator"),
      ...interfaces("migrate"),
      logs("migrations_migrate"),
    ]);
  });

  test("are started from outside of the network, by what may read the one secret and call the one function", () => {
    const start = resource(stack, "aws_lambda_function.migrations_start_function");
    expect(start).not.toHaveProperty("vpc_config");
    expect(start).not.toHaveProperty("depends_on");
    const secret = "${aws_db_instance.database_instance.master_user_secret[0].secret_arn}";
    expect(variables(stack, "migrations_start_function")).toEqual({
      ADMINISTRATOR_SECRET_ARN: secret,
      MIGRATE_FUNCTION_NAME: "${aws_lambda_function.migrations_migrate_function.function_name}",
      ...powertools("migrate-start"),
    });
    expect(rights(stack, "migrations_start")).toEqual([
      { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secret },
      {
        Effect: "Allow",
        Action: "lambda:InvokeFunction",
        Resource: "${aws_lambda_function.migrations_migrate_function.arn}",
      },
      logs("migrations_start"),
    ]);
  });

  test("wait longer for their answer than they can take", () => {
    const timeout = (name: string) =>
      Number(resource(stack, `aws_lambda_function.migrations_${name}_function`).timeout);
    expect(timeout("start")).toBeGreaterThan(timeout("migrate"));
  });

  test("are told a hash and nothing else, which is in the state", () => {
    const invocation = told(direct, "aws_lambda_invocation.migrations_invocation");
    expect(invocation).toEqual({
      function_name: "${aws_lambda_function.migrations_start_function.function_name}",
      input: expect.stringMatching(/^\{"migrations":"[0-9a-f]{64}"\}$/),
      triggers: { database: "${aws_db_instance.database_instance.resource_id}" },
      depends_on: [
        "aws_iam_role_policy.migrations_start_role-policy",
        "aws_lambda_function.migrations_migrate_function",
        "aws_iam_role_policy.migrations_migrate_role-policy",
        "aws_vpc_security_group_egress_rule.network_clients-to-database",
        "aws_vpc_security_group_ingress_rule.network_database-from-clients",
      ],
    });
  });

  test.each(["consumer", "retention"])("are through before the code of the %s meets the tables", (name) => {
    expect(resource(direct, `aws_lambda_function.${name}_function`).depends_on).toContain(
      "aws_lambda_invocation.migrations_invocation",
    );
  });

  test("run again when the users get something else", () => {
    const input = (json: StackJson) => resource(json, "aws_lambda_invocation.migrations_invocation").input;
    const slower = synthesizedPostgresSink({ postgresSink: { consumer: { timeoutSeconds: 60 } } });
    expect(input(synthesizedPostgresSink())).toBe(input(direct));
    expect(input(slower)).not.toBe(input(direct));
  });
});

describe("the retention job", () => {
  test("runs in the network once at a time, with every variable that it reads", () => {
    expect(resource(stack, "aws_lambda_function.retention_function")).toMatchObject({
      ...IN_VPC,
      function_name: "test-postgres-sink-retention",
      reserved_concurrent_executions: 1,
    });
    const named = { ...ADDRESS, DATABASE_USER: "webhook_retention", ...powertools("retention") };
    expect(variables(stack, "retention_function")).toEqual({
      ...named,
      EVENT_EXPIRY_DAYS: "365",
      REJECTED_EXPIRY_DAYS: "90",
    });
    expect(variables(direct, "retention_function")).toEqual({ ...named, REJECTED_EXPIRY_DAYS: "90" });
  });

  test("may log in as its own user and nothing else", () => {
    expect(rights(stack, "retention")).toEqual([
      login("webhook_retention"),
      ...interfaces("retention"),
      logs("retention"),
    ]);
  });

  test("is called every hour, by its schedule only", () => {
    expect(told(direct, "aws_cloudwatch_event_rule.retention_schedule")).toMatchObject({
      name: "test-postgres-sink-retention",
      schedule_expression: "rate(1 hour)",
    });
    expect(told(direct, "aws_cloudwatch_event_target.retention_target")).toEqual({
      rule: "${aws_cloudwatch_event_rule.retention_schedule.name}",
      arn: "${aws_lambda_function.retention_function.arn}",
      depends_on: ["aws_lambda_permission.retention_permission"],
    });
    expect(told(direct, "aws_lambda_permission.retention_permission")).toEqual({
      action: "lambda:InvokeFunction",
      function_name: "${aws_lambda_function.retention_function.function_name}",
      principal: "events.amazonaws.com",
      source_arn: "${aws_cloudwatch_event_rule.retention_schedule.arn}",
      statement_id: "schedule",
    });
  });
});
