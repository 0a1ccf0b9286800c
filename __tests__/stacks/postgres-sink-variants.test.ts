import type { EnvironmentSettings } from "../../stacks/settings";
import {
  counts,
  outputs,
  parsed,
  resource,
  resources,
  type StackJson,
  synthesizedPostgresSink,
  told,
} from "./synthesized";

type Sink = NonNullable<EnvironmentSettings["postgresSink"]>;

const SUBNETS = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"];
const GROUP = "sg-0123456789abcdef0";
const NETWORK: Sink["network"] = { kind: "existing", subnetIds: SUBNETS, securityGroupId: GROUP };
const SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-12345678-AbCdEf";
const DATABASE = {
  kind: "existing",
  host: "events.abcdefghijkl.us-east-1.rds.amazonaws.com",
  port: 5433,
  name: "Events",
  maxConnections: 400,
  vcpus: 8,
  resourceId: "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
} as const satisfies Sink["database"];

const ofNew = synthesizedPostgresSink();
const newCounts = counts(ofNew);
const without = (all: Record<string, number>, ...types: string[]) =>
  Object.fromEntries(Object.entries(all).filter(([type]) => !types.includes(type)));
const NETWORK_TYPES = [
  "aws_vpc",
  "aws_subnet",
  "aws_default_security_group",
  "aws_security_group",
  "aws_vpc_security_group_egress_rule",
  "aws_vpc_security_group_ingress_rule",
];

/** Addresses of everything that a resource waits for. */
const waits = (stack: StackJson, address: string) => resource(stack, address).depends_on;

describe("in a network that is there", () => {
  const stack = synthesizedPostgresSink({ postgresSink: { network: NETWORK } });

  test("nothing of a network is made", () => {
    expect(counts(stack)).toEqual(without(newCounts, ...NETWORK_TYPES));
    expect(stack.data).not.toHaveProperty("aws_availability_zones");
  });

  test("functions and database are in its subnets and its group", () => {
    for (const name of ["consumer", "retention", "migrations_migrate"]) {
      expect(resource(stack, `aws_lambda_function.${name}_function`).vpc_config).toEqual({
        subnet_ids: SUBNETS,
        security_group_ids: [GROUP],
      });
    }
    expect(resource(stack, "aws_db_subnet_group.database_subnets").subnet_ids).toEqual(SUBNETS);
    expect(resource(stack, "aws_db_instance.database_instance").vpc_security_group_ids).toEqual([GROUP]);
  });

  test("the way to S3 is the network's own, also where bodies are there", () => {
    const lambda = synthesizedPostgresSink({ ingress: "lambda", postgresSink: { network: NETWORK } });
    expect(counts(lambda)).not.toHaveProperty("aws_vpc_endpoint");
    expect(counts(lambda).aws_s3_bucket).toBe(1);
  });
});

describe("with a database that is there", () => {
  const withSecret = synthesizedPostgresSink({
    postgresSink: { network: NETWORK, database: { ...DATABASE, administratorSecretArn: SECRET } },
  });
  const byHand = synthesizedPostgresSink({ postgresSink: { network: NETWORK, database: DATABASE } });
  const DATABASE_TYPES = [...NETWORK_TYPES, "aws_db_instance", "aws_db_parameter_group", "aws_db_subnet_group"];

  test("no database and no parameter is made or changed", () => {
    expect(counts(withSecret)).toEqual({ ...without(newCounts, ...DATABASE_TYPES), aws_cloudwatch_log_group: 5 });
  });

  test("without a secret nothing migrates: the SQL is run by hand, and the mapping waits for nothing", () => {
    expect(counts(byHand)).toEqual({
      ...without(newCounts, ...DATABASE_TYPES, "aws_lambda_invocation"),
      aws_cloudwatch_log_group: 3,
      aws_iam_role: 3,
      aws_iam_role_policy: 3,
      aws_lambda_function: 2,
    });
    expect(outputs(byHand)).not.toHaveProperty("migrate_start_function_name");
    expect(waits(byHand, "aws_lambda_event_source_mapping.consumer_mapping")).toEqual([
      "aws_iam_role_policy.consumer_role-policy",
    ]);
    expect(JSON.stringify(byHand)).not.toContain("secretsmanager");
  });

  test.each([
    ["with a secret", withSecret],
    ["without one", byHand],
  ])("the functions log in there, by its resource id, %s", (_, stack) => {
    expect(resource(stack, "aws_lambda_function.consumer_function").environment).toMatchObject({
      variables: {
        DATABASE_HOST: "events.abcdefghijkl.us-east-1.rds.amazonaws.com",
        DATABASE_PORT: "5433",
        DATABASE_NAME: "Events",
        DATABASE_USER: "webhook_consumer",
      },
    });
    const [, login] = parsed(resource(stack, "aws_iam_role_policy.consumer_role-policy").policy).Statement;
    expect(login.Resource).toBe(
      "arn:aws:rds-db:us-east-1:${data.aws_caller_identity.account.account_id}:dbuser:db-ABCDEFGHIJKLMNOPQRSTUVWXYZ/webhook_consumer",
    );
    expect(outputs(stack)).toMatchObject({
      database_host: "events.abcdefghijkl.us-east-1.rds.amazonaws.com",
      database_port: "5433",
      database_name: "Events",
      database_resource_id: "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
      max_connections: 400,
    });
  });

  test("with a secret it is migrated by what may read that one", () => {
    const [read] = parsed(resource(withSecret, "aws_iam_role_policy.migrations_start_role-policy").policy).Statement;
    expect(read).toEqual({ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: SECRET });
    expect(resource(withSecret, "aws_lambda_invocation.migrations_invocation").triggers).toEqual({
      database: "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    });
  });
});

describe("with lambda ingress", () => {
  const stack = synthesizedPostgresSink({ ingress: "lambda", queue: { retentionDays: 3 } });

  test("bodies have a bucket, the functions a way to it, and that way leads nowhere else", () => {
    expect(counts(stack)).toMatchObject({
      aws_s3_bucket: 1,
      aws_vpc_endpoint: 1,
      aws_route_table: 1,
      aws_route_table_association: 2,
      aws_vpc_security_group_egress_rule: 2,
    });
    expect(told(stack, "aws_vpc_endpoint.s3_endpoint")).toMatchObject({
      vpc_id: "${aws_vpc.network_vpc.id}",
      service_name: "com.amazonaws.us-east-1.s3",
      vpc_endpoint_type: "Gateway",
      route_table_ids: ["${aws_route_table.s3_routes.id}"],
    });
    expect(parsed(resource(stack, "aws_vpc_endpoint.s3_endpoint").policy).Statement).toEqual([
      {
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: "${aws_s3_bucket.bodies_bucket.arn}/inflight/*",
      },
      { Effect: "Allow", Principal: "*", Action: "s3:ListBucket", Resource: "${aws_s3_bucket.bodies_bucket.arn}" },
    ]);
    expect(told(stack, "aws_vpc_security_group_egress_rule.s3_clients-to-s3")).toEqual({
      security_group_id: "${aws_security_group.network_clients.id}",
      prefix_list_id: "${aws_vpc_endpoint.s3_endpoint.prefix_list_id}",
      ip_protocol: "tcp",
      from_port: 443,
      to_port: 443,
      description: "To S3, through its gateway endpoint.",
    });
    expect(told(stack, "aws_route_table.s3_routes")).not.toHaveProperty("route");
  });

  test("the way is open before the first event", () => {
    expect(waits(stack, "aws_lambda_event_source_mapping.consumer_mapping")).toEqual(
      expect.arrayContaining([
        "aws_route_table_association.s3_routes-1",
        "aws_route_table_association.s3_routes-2",
        "aws_vpc_security_group_egress_rule.s3_clients-to-s3",
      ]),
    );
  });

  test("bodies on their way are kept as long as a message can be, and none for longer: the row has them", () => {
    expect(resource(stack, "aws_s3_bucket_lifecycle_configuration.bodies_lifecycle").rule).toEqual([
      {
        id: "expire-inflight",
        status: "Enabled",
        filter: [{ prefix: "inflight/" }],
        expiration: [{ days: 3 + 14 + 7 }],
      },
      expect.objectContaining({ id: "abort-incomplete-uploads" }),
    ]);
  });

  test("the publisher stays outside of the network", () => {
    expect(resource(stack, "aws_lambda_function.publisher_function")).not.toHaveProperty("vpc_config");
  });

  test.each([
    ["stays", { kind: "new" }, false],
    ["can go with what is in it", { kind: "new", deletionProtection: false }, true],
  ] as const)("the bucket %s where the database does", (_, database, expected) => {
    const json = synthesizedPostgresSink({ ingress: "lambda", postgresSink: { database } });
    expect(resource(json, "aws_s3_bucket.bodies_bucket").force_destroy).toBe(expected);
  });
});

test("it has a domain of its own, and not the other stack's", () => {
  const certificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";
  const stack = synthesizedPostgresSink({
    domain: { name: "hooks.example.com", certificateArn },
    postgresSink: { domain: { name: "events.example.com", certificateArn } },
  });
  expect(resource(stack, "aws_apigatewayv2_domain_name.http_domain_name").domain_name).toBe("events.example.com");
  expect(outputs(stack).url).toBe("https://events.example.com");
  expect(counts(synthesizedPostgresSink({ domain: { name: "hooks.example.com", certificateArn } }))).toEqual(newCounts);
});

test("alarms are those of the other stack, of this one's queue and consumer", () => {
  const stack = synthesizedPostgresSink({ alarms: { email: "oncall@example.com" } });
  expect(resources(stack, "aws_cloudwatch_metric_alarm").map(({ properties }) => properties.alarm_name)).toEqual([
    "test-postgres-sink-conflicts",
    "test-postgres-sink-consumer-errors",
    "test-postgres-sink-dead-letter-queue-not-empty",
    "test-postgres-sink-oldest-message-25-percent",
    "test-postgres-sink-oldest-message-50-percent",
  ]);
  expect(resource(stack, "aws_sns_topic.alarms_topic").name).toBe("test-postgres-sink-alarms");
});

test("state is beside the other stack's, and never the same", () => {
  const stack = synthesizedPostgresSink({ state: { kind: "s3", bucket: "acme-state" } });
  expect(stack.terraform.backend).toMatchObject({ s3: { key: "webhook/test/postgres-sink-test.tfstate" } });
});

test("in another partition the ARNs are that one's", () => {
  const stack = synthesizedPostgresSink({ region: "cn-north-1" });
  const policies = resources(stack, "aws_iam_role_policy").map(({ properties }) => String(properties.policy));
  expect(policies.filter((policy) => policy.includes("arn:aws:"))).toEqual([]);
  expect(policies.filter((policy) => policy.includes("arn:aws-cn:rds-db:cn-north-1:"))).toHaveLength(3);
});

describe("without the throttle", () => {
  const stack = synthesizedPostgresSink(
    { postgresSink: { consumer: { reservedConcurrency: 10 } } },
    { withoutThrottle: true },
  );

  test("nothing limits how many run at once, nor how many connections they hold", () => {
    expect(resource(stack, "aws_lambda_event_source_mapping.consumer_mapping")).not.toHaveProperty("scaling_config");
    expect(resource(stack, "aws_lambda_function.consumer_function")).not.toHaveProperty(
      "reserved_concurrent_executions",
    );
    expect(resource(stack, "aws_lambda_function.migrations_migrate_function").environment).toMatchObject({
      variables: { CONSUMER_CONNECTION_LIMIT: "-1" },
    });
  });

  test("the number that would hold is still said", () => {
    expect(outputs(stack).connection_budget).toBe(outputs(ofNew).connection_budget);
  });

  test("no plan of it succeeds, and it says why", () => {
    const words = "A demonstration without the throttle, to be run on one machine only: do not deploy it.";
    expect(stack.output.demonstration).toEqual({
      description: "Why no plan of this stack succeeds",
      value: words,
      precondition: {
        condition: "${length(aws_lambda_event_source_mapping.consumer_mapping.scaling_config) > 0}",
        error_message: words,
      },
    });
    expect(ofNew.output).not.toHaveProperty("demonstration");
  });

  test("the rest is the same stack", () => {
    expect(counts(stack)).toEqual(newCounts);
  });
});

test.each([
  ["new", {}],
  ["existing", { network: NETWORK, database: { ...DATABASE, administratorSecretArn: SECRET } }],
] satisfies [string, Sink][])("no password stands in the stack of a database that is %s", (_, postgresSink) => {
  const named = JSON.stringify(synthesizedPostgresSink({ postgresSink })).match(
    /"[a-z_]*(?:password|secret)[a-z_]*":[^,}]*/gi,
  );
  // Who owns the password, and where it is: never what it is.
  const known = [
    '"manage_master_user_password":true',
    '"ADMINISTRATOR_SECRET_ARN":"${aws_db_instance',
    '"ADMINISTRATOR_SECRET_ARN":"arn:aws:secretsmanager',
  ];
  expect((named ?? []).filter((text) => !known.some((start) => text.startsWith(start)))).toEqual([]);
  expect(named?.length).toBeGreaterThan(0);
});
