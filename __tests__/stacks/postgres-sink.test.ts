import { SENDER_NAMES } from "../../stacks/header-sets";
import { counts, outputs, parsed, resource, synthesized, synthesizedPostgresSink, told } from "./synthesized";

const stack = synthesizedPostgresSink();

test("the stack has exactly these resources", () => {
  expect(counts(stack)).toEqual({
    aws_apigatewayv2_api: 1,
    aws_apigatewayv2_integration: 2 + SENDER_NAMES.length,
    aws_apigatewayv2_route: 9 + 2 * SENDER_NAMES.length,
    aws_apigatewayv2_stage: 1,
    aws_cloudwatch_event_rule: 1,
    aws_cloudwatch_event_target: 1,
    aws_cloudwatch_log_group: 7,
    aws_db_instance: 1,
    aws_db_parameter_group: 1,
    aws_db_subnet_group: 1,
    aws_default_security_group: 1,
    aws_iam_role: 5,
    aws_iam_role_policy: 5,
    aws_lambda_event_source_mapping: 1,
    aws_lambda_function: 4,
    aws_lambda_invocation: 1,
    aws_lambda_permission: 1,
    aws_security_group: 2,
    aws_sqs_queue: 2,
    aws_sqs_queue_policy: 2,
    aws_sqs_queue_redrive_allow_policy: 1,
    aws_subnet: 2,
    aws_vpc: 1,
    aws_vpc_security_group_egress_rule: 1,
    aws_vpc_security_group_ingress_rule: 1,
  });
});

describe("the network", () => {
  test("is a VPC whose names can be resolved, with a private subnet in each of two zones", () => {
    expect(told(stack, "aws_vpc.network_vpc")).toEqual({
      cidr_block: "10.60.0.0/16",
      enable_dns_hostnames: true,
      enable_dns_support: true,
      tags: { Name: "test-postgres-sink-network" },
    });
    expect(told(stack, "aws_subnet.network_subnet-2")).toEqual({
      vpc_id: "${aws_vpc.network_vpc.id}",
      cidr_block: "10.60.32.0/19",
      availability_zone: "${data.aws_availability_zones.network_zones.names[1]}",
      map_public_ip_on_launch: false,
      tags: { Name: "test-postgres-sink-private-2" },
      lifecycle: { ignore_changes: ["availability_zone"] },
    });
  });

  test("is as large and in as many zones as the settings say", () => {
    const wide = synthesizedPostgresSink({
      postgresSink: { network: { kind: "new", cidr: "10.9.0.0/20", zones: 6 } },
    });
    expect(counts(wide).aws_subnet).toBe(6);
    expect(resource(wide, "aws_subnet.network_subnet-6").cidr_block).toBe("10.9.10.0/23");
    const { subnet_ids } = resource(wide, "aws_db_subnet_group.database_subnets");
    expect(subnet_ids).toHaveLength(6);
  });

  test("has no way in or out: only the functions reach the database, on its port", () => {
    expect(told(stack, "aws_vpc_security_group_egress_rule.network_clients-to-database")).toEqual({
      security_group_id: "${aws_security_group.network_clients.id}",
      referenced_security_group_id: "${aws_security_group.network_database.id}",
      ip_protocol: "tcp",
      from_port: 5432,
      to_port: 5432,
      description: "To the database.",
    });
    expect(told(stack, "aws_vpc_security_group_ingress_rule.network_database-from-clients")).toEqual({
      security_group_id: "${aws_security_group.network_database.id}",
      referenced_security_group_id: "${aws_security_group.network_clients.id}",
      ip_protocol: "tcp",
      from_port: 5432,
      to_port: 5432,
      description: "From what logs in to it.",
    });
    expect(told(stack, "aws_default_security_group.network_default-group")).toEqual({
      vpc_id: "${aws_vpc.network_vpc.id}",
      tags: { Name: "test-postgres-sink-unused" },
    });
  });
});

describe("the database", () => {
  test("is private, encrypted, backed up, logged and protected, its password RDS's own", () => {
    expect(told(stack, "aws_db_instance.database_instance")).toEqual({
      identifier: "test-postgres-sink-database",
      engine: "postgres",
      engine_version: "17",
      auto_minor_version_upgrade: true,
      instance_class: "db.t4g.medium",
      parameter_group_name: "${aws_db_parameter_group.database_parameters.name}",
      db_name: "webhook",
      port: 5432,
      storage_type: "gp3",
      allocated_storage: 20,
      storage_encrypted: true,
      backup_retention_period: 7,
      copy_tags_to_snapshot: true,
      deletion_protection: true,
      skip_final_snapshot: false,
      final_snapshot_identifier: "test-postgres-sink-database-final",
      username: "webhook_administrator",
      manage_master_user_password: true,
      iam_database_authentication_enabled: true,
      ca_cert_identifier: "rds-ca-rsa2048-g1",
      db_subnet_group_name: "${aws_db_subnet_group.database_subnets.name}",
      vpc_security_group_ids: ["${aws_security_group.network_database.id}"],
      publicly_accessible: false,
      multi_az: false,
      enabled_cloudwatch_logs_exports: ["postgresql", "upgrade"],
      performance_insights_enabled: true,
      apply_immediately: false,
      depends_on: ["aws_cloudwatch_log_group.database_log-postgresql", "aws_cloudwatch_log_group.database_log-upgrade"],
    });
  });

  test("takes TLS only, and as many connections as the budget is computed from", () => {
    expect(told(stack, "aws_db_parameter_group.database_parameters")).toEqual({
      name: "test-postgres-sink-postgres17",
      family: "postgres17",
      description: "Pins max_connections, and refuses what is not TLS.",
      parameter: [
        { name: "max_connections", value: "200", apply_method: "pending-reboot" },
        { name: "rds.force_ssl", value: "1", apply_method: "pending-reboot" },
        // Neither a refused row nor its statement stands in the exported log.
        { name: "log_error_verbosity", value: "terse", apply_method: "immediate" },
        { name: "log_min_error_statement", value: "panic", apply_method: "immediate" },
      ],
      lifecycle: { create_before_destroy: true },
    });
    expect(outputs(stack).max_connections).toBe(200);
  });

  test("forgets its logs as every other log group does", () => {
    for (const log of ["postgresql", "upgrade"]) {
      expect(told(stack, `aws_cloudwatch_log_group.database_log-${log}`)).toEqual({
        name: `/aws/rds/instance/test-postgres-sink-database/${log}`,
        retention_in_days: 30,
      });
    }
  });

  test("follows its settings", () => {
    const set = synthesizedPostgresSink({
      postgresSink: {
        database: {
          kind: "new",
          engineVersion: "16.4",
          instanceClass: "db.m7g.large",
          storageGb: 100,
          storageCeilingGb: 500,
          multiAz: true,
          backupDays: 35,
          deletionProtection: false,
          finalSnapshot: false,
          performanceInsights: false,
          maxConnections: 300,
          name: "events",
        },
      },
    });
    const instance = resource(set, "aws_db_instance.database_instance");
    expect(instance).toMatchObject({
      engine_version: "16.4",
      // Else RDS upgrades what the next plan wants to take back.
      auto_minor_version_upgrade: false,
      instance_class: "db.m7g.large",
      allocated_storage: 100,
      max_allocated_storage: 500,
      multi_az: true,
      backup_retention_period: 35,
      deletion_protection: false,
      skip_final_snapshot: true,
      performance_insights_enabled: false,
      db_name: "events",
    });
    expect(instance).not.toHaveProperty("final_snapshot_identifier");
    expect(resource(set, "aws_db_parameter_group.database_parameters")).toMatchObject({
      name: "test-postgres-sink-postgres16",
      family: "postgres16",
      parameter: expect.arrayContaining([expect.objectContaining({ name: "max_connections", value: "300" })]),
    });
  });
});

test("what runs is what is where somebody looks for it: the outputs", () => {
  const budget = outputs(stack).connection_budget;
  expect(outputs(stack)).toEqual({
    url: "${aws_apigatewayv2_api.http_api.api_endpoint}",
    events_queue_url: "${aws_sqs_queue.events_queue.url}",
    dead_letter_queue_url: "${aws_sqs_queue.events_dead-letter-queue.url}",
    consumer_function_name: "${aws_lambda_function.consumer_function.function_name}",
    access_log_group_name: "${aws_cloudwatch_log_group.http_access-log.name}",
    consumer_log_group_name: "${aws_cloudwatch_log_group.consumer_log-group.name}",
    database_host: "${aws_db_instance.database_instance.address}",
    database_port: "${aws_db_instance.database_instance.port}",
    database_name: "${aws_db_instance.database_instance.db_name}",
    database_resource_id: "${aws_db_instance.database_instance.resource_id}",
    max_connections: 200,
    connection_budget: budget,
    retention_function_name: "${aws_lambda_function.retention_function.function_name}",
    migrate_start_function_name: "${aws_lambda_function.migrations_start_function.function_name}",
  });
  expect(Number(budget)).toBeGreaterThan(0);
});

describe("the queue", () => {
  test("hides a message and gives up on it as the sink's own consumer needs it", () => {
    const set = synthesizedPostgresSink({
      queue: { outageToleranceMinutes: 10 },
      consumer: { timeoutSeconds: 900 },
      postgresSink: { consumer: { timeoutSeconds: 10, batchWindowSeconds: 5 } },
    });
    const queue = resource(set, "aws_sqs_queue.events_queue");
    expect(queue.visibility_timeout_seconds).toBe(65);
    expect(parsed(queue.redrive_policy).maxReceiveCount).toBe(Math.ceil(600 / 65) + 5);
  });
});

test("the two stacks of an environment share no name and no reference, so that each comes and goes alone", () => {
  const webhook = synthesized({ ingress: "lambda" });
  const sink = synthesizedPostgresSink({ ingress: "lambda" });
  const namesOf = (json: typeof stack) =>
    Object.values(json.resource)
      .flatMap((named) => Object.values(named))
      .flatMap(({ name, function_name, bucket_prefix, identifier }) => [name, function_name, bucket_prefix, identifier])
      .filter((name): name is string => typeof name === "string" && name.startsWith("test-"));
  expect(namesOf(webhook).length).toBeGreaterThan(5);
  expect(namesOf(sink).filter((name) => namesOf(webhook).includes(name))).toEqual([]);
  const { resource: resources, data, output } = sink;
  expect(JSON.stringify({ resources, data, output })).not.toMatch(/test-webhook-|terraform_remote_state/);
});

test("every name of the stack starts with the environment, and no other starts so", () => {
  expect(JSON.stringify(synthesizedPostgresSink({}, { environment: "eu" }))).not.toContain("test-");
});
