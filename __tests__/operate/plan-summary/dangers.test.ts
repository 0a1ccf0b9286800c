/** Each kind of danger where the golden plans have none of it, and what looks like one and is none. */
import { dangersOf } from "../../../operate/plan-summary/dangers/rules";
import type { Change } from "../../../operate/plan-summary/plan";
import { UNKNOWN } from "../../../operate/plan-summary/value";
import { change, planOf, updated } from "./planned";

const found = (...changes: readonly Change[]) =>
  dangersOf(planOf(...changes)).map(({ rule, before, after, items }) =>
    [rule, ...(items ?? []), ...(before === undefined ? [] : [`${before} → ${after}`])].join(" "),
  );

const destroyed = (type: string) => change({ type, action: "destroy", after: undefined });
const created = (type: string, after: Change["after"]) => change({ type, action: "create", before: undefined, after });
const ALLOW = JSON.stringify({ Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn" }] });

test.each<[string, Change, string[]]>([
  ["a table destroyed", destroyed("aws_dynamodb_table"), ["data-lost"]],
  ["a log group destroyed", destroyed("aws_cloudwatch_log_group"), ["data-lost"]],
  ["a table created", created("aws_dynamodb_table", {}), []],
  ["a table no longer managed", change({ type: "aws_dynamodb_table", action: "forget", after: undefined }), []],
  ["an API destroyed", destroyed("aws_apigatewayv2_api"), ["url-lost"]],
  ["a function's URL destroyed", destroyed("aws_lambda_function_url"), ["url-lost"]],
  ["a mapping destroyed", destroyed("aws_lambda_event_source_mapping"), ["consumer-off"]],
  ["a mapping enabled", updated("aws_lambda_event_source_mapping", "enabled", false, true), []],
  ["an alarm destroyed", destroyed("aws_cloudwatch_metric_alarm"), ["alarm-off"]],
  ["logs for longer", updated("aws_cloudwatch_log_group", "retention_in_days", 7, 30), []],
  ["logs for ever", updated("aws_cloudwatch_log_group", "retention_in_days", 30, 0), []],
  [
    "logs no longer for ever",
    updated("aws_cloudwatch_log_group", "retention_in_days", 0, 3653),
    ["retention-shortened for ever → 3653"],
  ],
  [
    "events that begin to expire",
    updated("aws_lambda_function", "environment.0.variables.EVENT_EXPIRY_DAYS", null, "365"),
    ["retention-shortened for ever → 365"],
  ],
  [
    "events that expire no more",
    updated("aws_lambda_function", "environment.0.variables.EVENT_EXPIRY_DAYS", "365", null),
    [],
  ],
  [
    "items that begin to expire",
    updated("aws_dynamodb_table", "ttl.0.enabled", false, true),
    ["retention-shortened for ever → none"],
  ],
  ["a retention known later", updated("aws_sqs_queue", "message_retention_seconds", 60, UNKNOWN), []],
  ["backups off", updated("aws_db_instance", "backup_retention_period", 7, 0), ["retention-shortened 7 → 0"]],
  ["deletion protection on", updated("aws_db_instance", "deletion_protection", false, true), []],
  [
    "deletion protection off",
    updated("aws_lb", "enable_deletion_protection", true, false),
    ["protection-off true → false"],
  ],
  [
    "a key of one's own off",
    updated("aws_sns_topic", "kms_master_key_id", "alias/mine", ""),
    ["protection-off alias/mine → none"],
  ],
  ["another key of one's own", updated("aws_sns_topic", "kms_master_key_id", "alias/mine", "alias/other"), []],
  [
    "open to the internet",
    updated("aws_db_instance", "publicly_accessible", false, true),
    ["protection-off false → true"],
  ],
  [
    "one kind of queue encryption for the other",
    change({
      type: "aws_sqs_queue",
      before: { sqs_managed_sse_enabled: true, kms_master_key_id: null },
      after: { sqs_managed_sse_enabled: false, kms_master_key_id: "alias/mine" },
    }),
    [],
  ],
  [
    "fewer receives",
    updated("aws_sqs_queue", "redrive_policy", '{"maxReceiveCount":45}', '{"maxReceiveCount":3}'),
    ["redrive-weakened 45 → 3"],
  ],
  [
    "no dead-letter queue",
    updated("aws_sqs_queue", "redrive_policy", '{"maxReceiveCount":45}', "{}"),
    ["redrive-weakened"],
  ],
  ["a redrive policy known later", updated("aws_sqs_queue", "redrive_policy", '{"maxReceiveCount":45}', UNKNOWN), []],
  [
    "less concurrency",
    updated("aws_lambda_event_source_mapping", "scaling_config.0.maximum_concurrency", 20, 5),
    ["budget-changed 20 → 5"],
  ],
  [
    "no reserved concurrency until now",
    updated("aws_lambda_function", "reserved_concurrent_executions", -1, 30),
    ["budget-changed none → 30"],
  ],
  [
    "a throttle raised",
    updated("aws_apigatewayv2_stage", "default_route_settings.0.throttling_rate_limit", 50, 500),
    [],
  ],
  [
    "a throttle of one route gone",
    change({
      type: "aws_apigatewayv2_stage",
      before: { route_settings: [{ route_key: "POST /github", throttling_rate_limit: 5 }] },
      after: { route_settings: [] },
    }),
    ["throttle-changed POST /github 5 a second, none at once → none"],
  ],
  [
    "a throttle of nothing",
    change({
      type: "aws_apigatewayv2_stage",
      before: { default_route_settings: [{ throttling_rate_limit: 50, throttling_burst_limit: 100 }] },
      after: { default_route_settings: [{ throttling_rate_limit: 0, throttling_burst_limit: 100 }] },
    }),
    ["throttle-changed 50 a second, 100 at once → 0 a second, 100 at once"],
  ],
  ["a minor version of the engine", updated("aws_db_instance", "engine_version", "16.4", "16.6"), []],
  [
    "a new world-open rule",
    created("aws_vpc_security_group_ingress_rule", { cidr_ipv6: "::/0", ip_protocol: "-1" }),
    ["open-to-everybody -1 any-any from ::/0"],
  ],
  [
    "an outgoing rule",
    created("aws_security_group_rule", { type: "egress", cidr_blocks: ["0.0.0.0/0"], protocol: "-1" }),
    [],
  ],
  [
    "a permission for everybody",
    updated("aws_lambda_permission", "principal", "apigateway.amazonaws.com", "*"),
    ["policy-widened every principal: *"],
  ],
  [
    "a permission without its source",
    updated("aws_lambda_permission", "source_arn", "arn:aws:execute-api:us-east-1:123456789012:a/*", null),
    ["policy-widened no longer limited by source_arn"],
  ],
  [
    "a policy of a role that was there",
    created("aws_iam_role_policy", { role: "old", policy: ALLOW }),
    ["policy-widened new action: sqs:SendMessage new resource: arn"],
  ],
  ["a policy known later", updated("aws_iam_role_policy", "policy", ALLOW, UNKNOWN), ["policy-widened"]],
  [
    "a variable known later with all the others",
    updated("aws_lambda_function", "environment.0.variables", { CONSUMER_CONNECTION_LIMIT: "18" }, UNKNOWN),
    [],
  ],
  [
    "a connection limit where there was none",
    updated("aws_lambda_function", "environment.0.variables.CONSUMER_CONNECTION_LIMIT", "-1", "18"),
    ["budget-changed none → 18"],
  ],
  [
    "a restart in the maintenance window",
    updated("aws_db_instance", "instance_class", "db.t4g.small", "db.t4g.medium"),
    ["budget-changed db.t4g.small → db.t4g.medium"],
  ],
  [
    "a change without a restart that is made at once",
    change({
      type: "aws_db_instance",
      before: { apply_immediately: true, backup_retention_period: 3 },
      after: { apply_immediately: true, backup_retention_period: 7 },
    }),
    [],
  ],
  ["a standby that is given up", updated("aws_db_instance", "multi_az", true, false), ["protection-off true → false"]],
  [
    "the administrator's password out of RDS's hands",
    updated("aws_db_instance", "manage_master_user_password", true, null),
    ["protection-off true → none"],
  ],
  [
    "TLS left to the engine",
    change({
      type: "aws_db_parameter_group",
      before: { parameter: [{ name: "rds.force_ssl", value: "1" }] },
      after: { parameter: [] },
    }),
    ["protection-off 1 → none"],
  ],
  [
    "a way into a new group",
    created("aws_vpc_security_group_ingress_rule", { security_group_id: UNKNOWN, cidr_ipv4: "192.0.2.0/24" }),
    [],
  ],
  [
    "a way into a group that is there, of the older kind",
    created("aws_security_group_rule", {
      type: "ingress",
      security_group_id: "sg-1",
      cidr_blocks: ["192.0.2.0/24"],
      protocol: "tcp",
      from_port: 5_432,
      to_port: 5_432,
    }),
    ["way-in tcp 5432-5432 from 192.0.2.0/24"],
  ],
  ["a schedule's first day", created("aws_cloudwatch_event_rule", { state: "ENABLED" }), []],
  ["a schedule destroyed", destroyed("aws_scheduler_schedule"), ["schedule-off"]],
  ["a schedule that is on again", updated("aws_cloudwatch_event_rule", "state", "DISABLED", "ENABLED"), []],
  ["a function's first call", created("aws_lambda_invocation", { input: "{}" }), []],
  ["what Terraform only reads", change({ type: "aws_dynamodb_table", action: "read" }), []],
])("%s", (_what, given, expected) => {
  expect(found(given)).toEqual(expected);
});

test("a new role's policies widen nothing that is there", () => {
  const role = created("aws_iam_role", { name: "new" });
  const inline = created("aws_iam_role_policy", { role: "new", name: "send", policy: ALLOW });
  const attached = created("aws_iam_role_policy_attachment", { role: "new", policy_arn: "arn:aws:iam::aws:policy/X" });
  expect(found(role, inline, attached)).toEqual([]);
});

test("an expiry of objects is compared by what it is for, whatever its rule is called", () => {
  const rule = (id: string, prefix: string, days: number) => ({
    id,
    status: "Enabled",
    filter: [{ prefix }],
    expiration: [{ days }],
  });
  const lifecycle = change({
    type: "aws_s3_bucket_lifecycle_configuration",
    before: { rule: [rule("a", "inflight/", 35), rule("b", "bodies/", 90)] },
    after: { rule: [rule("renamed", "inflight/", 35), rule("b", "bodies/", 30), rule("c", "new/", 7)] },
  });
  expect(found(lifecycle)).toEqual(["retention-shortened bodies/ 90 → 30", "retention-shortened new/ for ever → 7"]);
});

test("a route that goes with its API is told with it", () => {
  const route = change({
    type: "aws_apigatewayv2_route",
    action: "destroy",
    before: { route_key: "GET /" },
    after: undefined,
  });
  expect(found(route)).toEqual(["route-lost GET / → none"]);
  expect(found(destroyed("aws_apigatewayv2_api"), route)).toEqual(["url-lost"]);
});

test("a way that goes with its network is not told of", () => {
  expect(found(destroyed("aws_vpc_security_group_egress_rule"), destroyed("aws_security_group"))).toEqual([]);
});
