/** Each golden plan: what somebody changed in a stack. A kind of danger has one plan at least. */

import {
  addStatement,
  all,
  type Edit,
  nothing,
  type Properties,
  remove,
  resource,
  set,
  variable,
} from "./golden-edits";
import { sinkCases } from "./golden-sink-cases";
import { type GoldenStackName, SECRET_AFTER } from "./golden-stacks";

export interface GoldenCase {
  /** Of the plan's file. */
  readonly name: string;
  readonly stack: GoldenStackName;
  /** Changes the configuration in place. */
  readonly edit: Edit;
  /** Of `terraform plan`. */
  readonly options?: readonly string[];
}

const DAY = 86_400;
const ALLOW_ALL = { Effect: "Allow", Action: "*", Resource: "*" };

const webhook: readonly Omit<GoldenCase, "stack">[] = [
  { name: "nothing-changes", edit: nothing },
  {
    name: "table-replaced",
    edit: set("aws_dynamodb_table.sink_table", {
      hash_key: "id",
      attribute: ["id", "receivedAt", "sourceShard"].map((name) => ({ name, type: "S" })),
    }),
  },
  { name: "queue-replaced", edit: set("aws_sqs_queue.events_queue", { name: "golden-webhook-arrivals" }) },
  { name: "api-replaced", edit: nothing, options: ["-replace=aws_apigatewayv2_api.http_api"] },
  { name: "stage-replaced", edit: set("aws_apigatewayv2_stage.http_stage", { name: "live" }) },
  {
    name: "domain-replaced",
    edit: all(
      set("aws_apigatewayv2_domain_name.http_domain_name", { domain_name: "events.example.com" }),
      set("aws_route53_record.http_domain_record", { name: "events.example.com" }),
    ),
  },
  { name: "route-lost", edit: remove("aws_apigatewayv2_route.ingress_route-default") },
  { name: "consumer-off", edit: set("aws_lambda_event_source_mapping.consumer_mapping", { enabled: false }) },
  {
    name: "redrive-weakened",
    edit: (configuration) => {
      const queue = resource(configuration, "aws_sqs_queue.events_queue");
      queue.redrive_policy = String(queue.redrive_policy).replace(/"maxReceiveCount":\d+/, '"maxReceiveCount":3');
    },
  },
  {
    name: "retention-shortened",
    edit: all(
      set("aws_cloudwatch_log_group.consumer_log-group", { retention_in_days: 7 }),
      set("aws_sqs_queue.events_queue", { message_retention_seconds: 4 * DAY }),
      (configuration) => {
        const lifecycle = resource(configuration, "aws_s3_bucket_lifecycle_configuration.bodies_lifecycle");
        const [first] = lifecycle.rule as { expiration: { days: number }[] }[];
        if (first !== undefined) first.expiration = [{ days: 3 }];
      },
      variable("aws_lambda_function.consumer_function", "EVENT_EXPIRY_DAYS", "30"),
    ),
  },
  {
    name: "protection-off",
    edit: all(
      set("aws_dynamodb_table.sink_table", {
        deletion_protection_enabled: false,
        point_in_time_recovery: { enabled: false },
        server_side_encryption: { enabled: false },
      }),
      set("aws_sqs_queue.events_queue", { sqs_managed_sse_enabled: false }),
      set("aws_s3_bucket_public_access_block.bodies_public-access", { block_public_policy: false }),
      remove("aws_s3_bucket_server_side_encryption_configuration.bodies_encryption"),
    ),
  },
  {
    name: "policy-widened",
    edit: all(
      addStatement("aws_iam_role_policy.consumer_role-policy", "policy", ALLOW_ALL),
      addStatement("aws_iam_role.publisher_role", "assume_role_policy", {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { AWS: "arn:aws:iam::210987654321:root" },
      }),
      (configuration) => {
        const policy = resource(configuration, "aws_sqs_queue_policy.events_queue-policy");
        policy.policy = JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: "*",
              Action: "sqs:SendMessage",
              Resource: "${aws_sqs_queue.events_queue.arn}",
            },
          ],
        });
        configuration.resource.aws_iam_role_policy_attachment = {
          more: {
            role: "${aws_iam_role.consumer_role.name}",
            policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess",
          },
        };
      },
      set("aws_lambda_permission.ingress_permission", { principal: "events.amazonaws.com" }),
    ),
  },
  {
    name: "throttle-removed",
    edit: (c) => void delete resource(c, "aws_apigatewayv2_stage.http_stage").default_route_settings,
  },
  {
    name: "throttle-lowered",
    edit: set("aws_apigatewayv2_stage.http_stage", {
      default_route_settings: { throttling_rate_limit: 50, throttling_burst_limit: 1_000 },
    }),
  },
  {
    name: "concurrency-changed",
    edit: all(
      set("aws_lambda_event_source_mapping.consumer_mapping", { scaling_config: { maximum_concurrency: 40 } }),
      (c) => void delete resource(c, "aws_lambda_function.consumer_function").reserved_concurrent_executions,
    ),
  },
  { name: "runtime-changed", edit: set("aws_lambda_function.consumer_function", { runtime: "nodejs20.x" }) },
  {
    name: "alarm-off",
    edit: all(
      remove("aws_cloudwatch_metric_alarm.alarms_consumer-errors", "aws_sns_topic_subscription.alarms_email"),
      set("aws_cloudwatch_metric_alarm.alarms_oldest-message-25-percent", { actions_enabled: false }),
    ),
  },
];

const shop: readonly Omit<GoldenCase, "stack">[] = [
  { name: "database-replaced", edit: set("aws_db_instance.orders", { storage_encrypted: false, kms_key_id: null }) },
  {
    name: "connections-changed",
    edit: all(
      set("aws_db_instance.orders", { instance_class: "db.t4g.micro" }),
      set("aws_db_parameter_group.orders", {
        parameter: [{ name: "max_connections", value: "60", apply_method: "pending-reboot" }],
      }),
    ),
  },
  {
    name: "engine-changed",
    edit: set("aws_db_instance.orders", { engine_version: "17.2", allow_major_version_upgrade: true }),
  },
  {
    name: "key-and-bucket-destroyed",
    edit: all(
      remove("aws_kms_key.orders", "aws_s3_bucket.invoices", "aws_s3_bucket_versioning.invoices"),
      set("aws_db_instance.orders", { kms_key_id: "arn:aws:kms:us-east-1:123456789012:orders" }),
    ),
  },
  { name: "network-opened", edit: set("aws_vpc_security_group_ingress_rule.database", { cidr_ipv4: "0.0.0.0/0" }) },
  { name: "own-url-off", edit: set("aws_apigatewayv2_api.shop", { disable_execute_api_endpoint: true }) },
  {
    name: "secret-changed",
    edit: (configuration) => {
      Object.assign((configuration.variable as { secret: Properties }).secret, { default: SECRET_AFTER });
    },
  },
  {
    name: "moved-forgotten-and-one-of-many-destroyed",
    edit: (configuration) => {
      Object.assign((configuration.module as { worker: Properties }).worker, { for_each: '${toset(["mail"])}' });
      configuration.resource.aws_iam_role = { cashier: resource(configuration, "aws_iam_role.clerk") };
      remove("aws_ssm_parameter.token")(configuration);
      Object.assign(configuration, {
        moved: [{ from: "aws_iam_role.clerk", to: "aws_iam_role.cashier" }],
        removed: [{ from: "aws_ssm_parameter.token", lifecycle: { destroy: false } }],
      });
    },
  },
  { name: "stack-destroyed", edit: nothing, options: ["-destroy"] },
];

export const GOLDEN_CASES: readonly GoldenCase[] = [
  ...webhook.map((each) => ({ ...each, stack: "webhook" as const })),
  ...sinkCases.map((each) => ({ ...each, stack: "sink" as const })),
  ...shop.map((each) => ({ ...each, stack: "shop" as const })),
];
