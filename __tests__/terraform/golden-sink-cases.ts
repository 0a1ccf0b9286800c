/** What somebody changed in the stack whose sink is PostgreSQL. */

import type { GoldenCase } from "./golden-cases";
import { all, type Edit, nothing, remove, resource, set, variable } from "./golden-edits";

const DATABASE = "aws_db_instance.database_instance";
const PARAMETERS = "aws_db_parameter_group.database_parameters";
const MIGRATE = "aws_lambda_function.migrations_migrate_function";
const MAPPING = "aws_lambda_event_source_mapping.consumer_mapping";

/** As an edit of the SQL or of what the users may take does it. */
const migrated: Edit = set("aws_lambda_invocation.migrations_invocation", { input: '{"migrations":"0123abcd"}' });

function parameter(name: string, value: string): Edit {
  return (configuration) => {
    const { parameter: parameters } = resource(configuration, PARAMETERS) as { parameter: Record<string, string>[] };
    for (const each of parameters) if (each.name === name) each.value = value;
  };
}

const ofDatabase = {
  security_group_id: "${aws_security_group.network_database.id}",
  ip_protocol: "tcp",
  from_port: 5_432,
  to_port: 5_432,
};

export const sinkCases: readonly Omit<GoldenCase, "stack">[] = [
  { name: "sink-nothing-changes", edit: nothing },
  { name: "sink-database-replaced", edit: set(DATABASE, { db_name: "events" }) },
  {
    name: "sink-budget-changed",
    edit: all(
      parameter("max_connections", "120"),
      set(MAPPING, { scaling_config: { maximum_concurrency: 7 } }),
      variable(MIGRATE, "CONSUMER_CONNECTION_LIMIT", "14"),
      migrated,
    ),
  },
  {
    name: "sink-throttle-removed",
    edit: all(
      (configuration) => void delete resource(configuration, MAPPING).scaling_config,
      (configuration) => {
        delete resource(configuration, "aws_lambda_function.consumer_function").reserved_concurrent_executions;
      },
      variable(MIGRATE, "CONSUMER_CONNECTION_LIMIT", "-1"),
      migrated,
    ),
  },
  {
    name: "sink-protection-off",
    edit: all(
      set(DATABASE, {
        backup_retention_period: 1,
        deletion_protection: false,
        iam_database_authentication_enabled: false,
        multi_az: false,
        publicly_accessible: true,
        skip_final_snapshot: true,
      }),
      parameter("rds.force_ssl", "0"),
    ),
  },
  {
    name: "sink-network-opened",
    edit: (configuration) => {
      Object.assign(configuration.resource.aws_vpc_security_group_ingress_rule ?? {}, {
        everybody: { ...ofDatabase, cidr_ipv4: "0.0.0.0/0" },
        office: { ...ofDatabase, cidr_ipv4: "192.0.2.0/24" },
        "network_database-from-clients": { ...ofDatabase, referenced_security_group_id: "sg-0123456789abcdef0" },
      });
    },
  },
  {
    name: "sink-ways-closed",
    edit: remove(
      "aws_vpc_security_group_egress_rule.network_clients-to-database",
      "aws_vpc_security_group_egress_rule.s3_clients-to-s3",
      "aws_vpc_endpoint.s3_endpoint",
    ),
  },
  {
    name: "sink-engine-changed",
    edit: all(
      set(DATABASE, { engine_version: "18", allow_major_version_upgrade: true, apply_immediately: true }),
      set(PARAMETERS, { name: "golden-postgres-sink-postgres18", family: "postgres18" }),
    ),
  },
  {
    name: "sink-retention-changed",
    edit: all(
      set("aws_cloudwatch_event_rule.retention_schedule", { state: "DISABLED" }),
      variable("aws_lambda_function.retention_function", "EVENT_EXPIRY_DAYS", "30"),
    ),
  },
];
