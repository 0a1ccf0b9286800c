/**
 * What the local run knows of each resource type: the arguments it plays, those without an effect here and why, and the
 * attributes that AWS would compute. An argument of a nested block is written `block.argument`. What does not stand here
 * is refused by name (template.ts), so that nothing is left out in silence.
 */
import { DATABASE_RESOURCE_TYPES } from "./database-resource-types";
import {
  ACCOUNT_ID,
  AT_REST,
  arn,
  type Compute,
  DAYS,
  madeUpId,
  name,
  REGION,
  type ResourceType,
  WHEN_APPLIED,
  withoutPlay,
} from "./resource-type";

export { ACCOUNT_ID, type ComputeInput, DESCRIPTIVE, REGION, type ResourceType } from "./resource-type";

const queueUrl: Compute = ({ argument, origins }) => `${origins.aws}/${ACCOUNT_ID}/${argument("name")}`;
const roleArn: Compute = ({ argument }) => `arn:aws:iam::${ACCOUNT_ID}:role/${argument("name")}`;
const tableArn: Compute = ({ argument }) => arn("dynamodb", `table/${argument("name")}`);
export const functionArnOf = (functionName: string): string => arn("lambda", `function:${functionName}`);
const functionArn: Compute = ({ argument }) => functionArnOf(argument("function_name"));
/** A bucket's ARN has neither region nor account. */
export const bucketArn = (bucketName: string): string => `arn:aws:s3:::${bucketName}`;
const bucketName: Compute = ({ argument }) => argument("bucket");
/** As long as what Terraform makes up behind a prefix, but the same on every run. */
const BUCKET_SUFFIX = "20000101000000000000000001";
const executionArn = (apiId: string): string => arn("execute-api", apiId);
const logGroupArn: Compute = ({ argument }) => arn("logs", `log-group:${argument("name")}`);
const topicArn: Compute = ({ argument }) => arn("sns", argument("name"));

export const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = {
  ...DATABASE_RESOURCE_TYPES,
  aws_apigatewayv2_api: {
    played: ["name", "protocol_type", "disable_execute_api_endpoint"],
    computed: {
      id: madeUpId,
      arn: (input) => `arn:aws:apigateway:${REGION}::/apis/${madeUpId(input)}`,
      api_endpoint: ({ origins }) => origins.api,
      execution_arn: (input) => executionArn(madeUpId(input)),
    },
  },
  aws_apigatewayv2_stage: {
    played: [
      "api_id",
      "name",
      "auto_deploy",
      "default_route_settings.throttling_burst_limit",
      "default_route_settings.throttling_rate_limit",
      "access_log_settings.format",
    ],
    withoutEffect: {
      "access_log_settings.destination_arn": "the access log goes to the local run's own output",
      "default_route_settings.detailed_metrics_enabled": "there is no CloudWatch here",
    },
    computed: {
      id: name,
      invoke_url: ({ origins }) => `${origins.api}/`,
      arn: ({ argument }) => `arn:aws:apigateway:${REGION}::/apis/${argument("api_id")}/stages/${argument("name")}`,
      execution_arn: ({ argument }) => `${executionArn(argument("api_id"))}/${argument("name")}`,
    },
  },
  aws_apigatewayv2_integration: {
    played: [
      "api_id",
      "integration_type",
      "integration_subtype",
      "integration_uri",
      "integration_method",
      "credentials_arn",
      "payload_format_version",
      "request_parameters",
      "timeout_milliseconds",
    ],
    withoutEffect: { connection_type: "every connection is on the loopback" },
    computed: { id: madeUpId },
  },
  aws_apigatewayv2_route: {
    played: ["api_id", "route_key", "target", "authorization_type"],
    withoutEffect: { operation_name: "a label only" },
    computed: { id: madeUpId },
  },
  aws_apigatewayv2_domain_name: withoutPlay("the API is called by its address on the loopback", {
    id: ({ argument }) => argument("domain_name"),
    arn: ({ argument }) => `arn:aws:apigateway:${REGION}::/domainnames/${argument("domain_name")}`,
    "domain_name_configuration.target_domain_name": (input) =>
      `d-${madeUpId(input)}.execute-api.${REGION}.amazonaws.com`,
    "domain_name_configuration.hosted_zone_id": (input) => madeUpId(input).toUpperCase(),
  }),
  aws_apigatewayv2_api_mapping: withoutPlay("the API is called by its address on the loopback", { id: madeUpId }),
  aws_route53_record: withoutPlay("the API is called by its address on the loopback", {
    id: madeUpId,
    name,
    fqdn: name,
  }),
  aws_sqs_queue: {
    played: [
      "name",
      "delay_seconds",
      "max_message_size",
      "policy",
      "receive_wait_time_seconds",
      "redrive_policy",
      "visibility_timeout_seconds",
    ],
    withoutEffect: {
      message_retention_seconds: DAYS,
      redrive_allow_policy: WHEN_APPLIED,
      sqs_managed_sse_enabled: AT_REST,
      kms_master_key_id: AT_REST,
      kms_data_key_reuse_period_seconds: AT_REST,
    },
    computed: {
      id: queueUrl,
      url: queueUrl,
      arn: ({ argument }) => arn("sqs", argument("name")),
    },
  },
  aws_sqs_queue_policy: { played: ["queue_url", "policy"], computed: { id: ({ argument }) => argument("queue_url") } },
  aws_sqs_queue_redrive_policy: {
    played: ["queue_url", "redrive_policy"],
    computed: { id: ({ argument }) => argument("queue_url") },
  },
  aws_sqs_queue_redrive_allow_policy: withoutPlay(`says which queues may use a dead-letter queue; ${WHEN_APPLIED}`, {
    id: ({ argument }) => argument("queue_url"),
  }),
  aws_lambda_function: {
    played: [
      "function_name",
      "role",
      "handler",
      "runtime",
      "filename",
      "timeout",
      "memory_size",
      "environment.variables",
      "vpc_config.security_group_ids",
      "reserved_concurrent_executions",
      "logging_config.log_format",
      "logging_config.log_group",
    ],
    withoutEffect: {
      architectures: "the function runs on this machine's own",
      source_code_hash: "the bundle is read anew on every start",
      package_type: "there is only Zip",
      publish: "there are no versions here",
      "ephemeral_storage.size": "this machine's disk is used",
      "tracing_config.mode": "there is no X-Ray here",
      "vpc_config.subnet_ids": "every address is on the loopback",
      "vpc_config.ipv6_allowed_for_dual_stack": "every address is on the loopback",
      replace_security_groups_on_destroy: "nothing is destroyed here",
      replacement_security_group_ids: "nothing is destroyed here",
      "logging_config.application_log_level": "every line is taken",
      "logging_config.system_log_level": "every line is taken",
    },
    computed: {
      id: ({ argument }) => argument("function_name"),
      arn: functionArn,
      qualified_arn: (input) => `${String(functionArn(input))}:$LATEST`,
      invoke_arn: (input) =>
        `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${String(functionArn(input))}/invocations`,
      version: () => "$LATEST",
    },
  },
  aws_lambda_invocation: {
    played: ["function_name", "input"],
    withoutEffect: {
      lifecycle_scope: "it is invoked once, when the run starts",
      triggers: "it is invoked once, when the run starts",
      qualifier: "there are no versions here",
    },
    computed: { id: madeUpId },
  },
  aws_lambda_permission: {
    played: ["function_name", "action", "principal", "source_arn", "source_account"],
    withoutEffect: { statement_id: "a label only", statement_id_prefix: "a label only" },
    computed: { id: madeUpId },
  },
  aws_s3_bucket: {
    played: ["bucket", "bucket_prefix"],
    withoutEffect: { force_destroy: "nothing is destroyed here" },
    computed: {
      id: bucketName,
      bucket: ({ argument }) => `${argument("bucket_prefix")}${BUCKET_SUFFIX}`,
      arn: ({ argument }) => bucketArn(argument("bucket")),
      bucket_domain_name: ({ argument }) => `${argument("bucket")}.s3.amazonaws.com`,
      bucket_regional_domain_name: ({ argument }) => `${argument("bucket")}.s3.${REGION}.amazonaws.com`,
    },
  },
  aws_s3_bucket_policy: { played: ["bucket", "policy"], computed: { id: bucketName } },
  aws_s3_bucket_lifecycle_configuration: withoutPlay(`no object expires: ${DAYS}`, { id: bucketName }),
  aws_s3_bucket_ownership_controls: withoutPlay("there is one account here", { id: bucketName }),
  aws_s3_bucket_public_access_block: withoutPlay("nobody but this machine reaches a bucket", { id: bucketName }),
  aws_s3_bucket_server_side_encryption_configuration: withoutPlay(AT_REST, { id: bucketName }),
  aws_lambda_event_source_mapping: {
    played: [
      "event_source_arn",
      "function_name",
      "batch_size",
      "maximum_batching_window_in_seconds",
      "function_response_types",
      "scaling_config.maximum_concurrency",
      "enabled",
    ],
    computed: {
      id: madeUpId,
      uuid: madeUpId,
      arn: (input) => arn("lambda", `event-source-mapping:${madeUpId(input)}`),
    },
  },
  aws_dynamodb_table: {
    played: ["name", "billing_mode", "hash_key", "range_key", "attribute", "global_secondary_index"],
    withoutEffect: {
      "ttl.attribute_name": "AWS deletes expired items within days, here nothing runs for days",
      "ttl.enabled": "AWS deletes expired items within days, here nothing runs for days",
      "point_in_time_recovery.enabled": "the table lives as long as the run",
      "point_in_time_recovery.recovery_period_in_days": "the table lives as long as the run",
      "server_side_encryption.enabled": AT_REST,
      "server_side_encryption.kms_key_arn": AT_REST,
      deletion_protection_enabled: "the table lives as long as the run",
      table_class: "it changes prices only",
    },
    computed: { id: name, arn: tableArn },
  },
  aws_iam_role: {
    played: ["name", "inline_policy", "managed_policy_arns"],
    withoutEffect: {
      assume_role_policy: "each service uses the role that the stack gives it",
      force_detach_policies: "nothing is destroyed here",
      max_session_duration: "there are no sessions here",
      path: "it is not part of the local ARN",
    },
    computed: { id: name, arn: roleArn, unique_id: madeUpId },
  },
  aws_iam_role_policy: {
    played: ["name", "role", "policy"],
    computed: { id: ({ argument }) => `${argument("role")}:${argument("name")}` },
  },
  aws_iam_policy: {
    played: ["name", "policy"],
    computed: {
      id: ({ argument }) => `arn:aws:iam::${ACCOUNT_ID}:policy/${argument("name")}`,
      arn: ({ argument }) => `arn:aws:iam::${ACCOUNT_ID}:policy/${argument("name")}`,
    },
  },
  aws_iam_role_policy_attachment: { played: ["role", "policy_arn"], computed: { id: madeUpId } },
  "data.archive_file": {
    played: ["type", "source_file", "source_dir", "output_path"],
    withoutEffect: {
      output_file_mode: "nothing is zipped here: the bundle is run as it lies in the stack's folder",
      excludes: "nothing is zipped here: the bundle is run as it lies in the stack's folder",
    },
    computed: {
      id: madeUpId,
      output_base64sha256: ({ archiveHash }) => archiveHash(),
      output_sha256: ({ archiveHash }) => Buffer.from(archiveHash(), "base64").toString("hex"),
    },
  },
  "data.aws_caller_identity": {
    played: [],
    computed: { id: () => ACCOUNT_ID, account_id: () => ACCOUNT_ID, arn: () => `arn:aws:iam::${ACCOUNT_ID}:root` },
  },
  "data.aws_region": { played: [], computed: { id: () => REGION, name: () => REGION, region: () => REGION } },
  "data.aws_partition": {
    played: [],
    computed: { id: () => "aws", partition: () => "aws", dns_suffix: () => "amazonaws.com" },
  },
  aws_cloudwatch_log_group: withoutPlay("logs go to the local run's own output and are not kept", {
    id: name,
    arn: logGroupArn,
  }),
  aws_cloudwatch_log_resource_policy: withoutPlay("there is no CloudWatch here", {
    id: ({ argument }) => argument("policy_name"),
  }),
  aws_cloudwatch_log_metric_filter: withoutPlay(
    "there is no CloudWatch here; the lines it counts are in the run's output",
    {
      id: name,
    },
  ),
  aws_cloudwatch_metric_alarm: withoutPlay("there is no CloudWatch here; the report says what an alarm would", {
    id: ({ argument }) => argument("alarm_name"),
    arn: ({ argument }) => arn("cloudwatch", `alarm:${argument("alarm_name")}`),
  }),
  aws_sns_topic: withoutPlay("it carries alarms only", { id: topicArn, arn: topicArn }),
  aws_sns_topic_policy: withoutPlay("it carries alarms only", { id: ({ argument }) => argument("arn") }),
  aws_sns_topic_subscription: withoutPlay("it carries alarms only", { id: madeUpId, arn: madeUpId }),
};
