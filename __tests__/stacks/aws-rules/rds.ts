import { type Properties, resource, resources, type StackJson } from "../synthesized";
import { type AwsRule, list, many, map, named, num, referred, statements, str, within } from "./rule";

const INSTANCE = "aws_db_instance.database_instance";
const PARAMETERS = "aws_db_parameter_group.database_parameters";

/** Source: RDS API, DescribeDBParameters, ApplyType static, of the parameters that a stack could set. */
const STATIC_PARAMETERS = ["max_connections", "shared_buffers", "max_worker_processes", "rds.logical_replication"];

const instances = (stack: StackJson) => resources(stack, "aws_db_instance");

/** The variables of a function that logs in to a database. */
function logins(stack: StackJson): { address: string; role: string; variables: Properties }[] {
  return resources(stack, "aws_lambda_function")
    .map(({ address, properties }) => ({
      address,
      role: referred(properties.role) ?? "",
      variables: map(map(properties.environment).variables),
    }))
    .filter(({ variables }) => "DATABASE_USER" in variables);
}

export const RDS_RULES: readonly AwsRule[] = [
  {
    name: "names of an instance, its database and its user are allowed",
    source: "RDS API, CreateDBInstance: DBInstanceIdentifier, DBName, MasterUsername",
    breaks: "postgres",
    problems: (stack) =>
      instances(stack).flatMap((instance) => [
        ...named(instance, "identifier", /^(?!.*--)[a-z][a-z0-9-]{0,61}[a-z0-9]$/),
        ...named(instance, "db_name", /^[a-z][a-z0-9_]{0,62}$/),
        ...named(instance, "username", /^(?!postgres$|rds|pg_)[a-z][a-z0-9_]{0,62}$/),
      ]),
    breakIt: (stack) => {
      Object.assign(resource(stack, INSTANCE), { identifier: "a--b", db_name: "web-hook", username: "rdsadmin" });
    },
    found: [
      `${INSTANCE}: identifier is "a--b", not ^(?!.*--)[a-z][a-z0-9-]{0,61}[a-z0-9]$`,
      `${INSTANCE}: db_name is "web-hook", not ^[a-z][a-z0-9_]{0,62}$`,
      `${INSTANCE}: username is "rdsadmin", not ^(?!postgres$|rds|pg_)[a-z][a-z0-9_]{0,62}$`,
    ],
  },
  {
    name: "engine, version and the family of the parameter group agree",
    source: "RDS User Guide, DB parameter groups: a family belongs to an engine and a major version",
    breaks: "postgres",
    problems: (stack) =>
      instances(stack).flatMap(({ address, properties }) => {
        const major = str(properties.engine_version).split(".")[0];
        const { family } = resource(stack, referred(properties.parameter_group_name) ?? "");
        return family === `${str(properties.engine)}${major}`
          ? []
          : [`${address}: ${str(properties.engine)} ${str(properties.engine_version)} has no family ${str(family)}`];
      }),
    breakIt: (stack) => {
      resource(stack, PARAMETERS).family = "postgres16";
    },
    found: [`${INSTANCE}: postgres 17 has no family postgres16`],
  },
  {
    name: "a static parameter waits for the reboot",
    source: "RDS API, Parameter, ApplyMethod: immediate for dynamic parameters only, InvalidParameterCombination",
    breaks: "postgres",
    problems: (stack) =>
      resources(stack, "aws_db_parameter_group").flatMap(({ address, properties }) =>
        list(properties.parameter)
          .map(map)
          .filter(
            ({ name, apply_method }) => STATIC_PARAMETERS.includes(str(name)) && apply_method !== "pending-reboot",
          )
          .map(({ name }) => `${address}: ${str(name)} cannot be applied at once`),
      ),
    breakIt: (stack) => {
      const [connections] = list(resource(stack, PARAMETERS).parameter);
      resource(stack, PARAMETERS).parameter = [{ ...map(connections), apply_method: "immediate" }];
    },
    found: [`${PARAMETERS}: max_connections cannot be applied at once`],
  },
  {
    name: "storage, backups and the last snapshot are allowed",
    source:
      "RDS User Guide, General Purpose SSD storage (20 GiB to 64 TiB); RDS API, CreateDBInstance and DeleteDBInstance",
    breaks: "postgres",
    problems: (stack) =>
      instances(stack).flatMap((instance) => {
        const { address, properties } = instance;
        const { allocated_storage: storage, max_allocated_storage: ceiling } = properties;
        return [
          ...within(address, "allocated_storage", storage, 20, 65_536),
          ...within(address, "backup_retention_period", properties.backup_retention_period, 0, 35),
          ...(ceiling === undefined || num(ceiling) >= num(storage) * 1.1
            ? []
            : [`${address}: max_allocated_storage ${num(ceiling)} is not 10 % over ${num(storage)}`]),
          ...(properties.skip_final_snapshot === true
            ? []
            : named(instance, "final_snapshot_identifier", /^(?!.*--)[a-z][a-z0-9-]{0,253}[a-z0-9]$/)),
        ];
      }),
    breakIt: (stack) => {
      const instance = resource(stack, INSTANCE);
      Object.assign(instance, { allocated_storage: 19, max_allocated_storage: 20, backup_retention_period: 36 });
      delete instance.final_snapshot_identifier;
    },
    found: [
      `${INSTANCE}: allocated_storage is 19, not 20–65536`,
      `${INSTANCE}: backup_retention_period is 36, not 0–35`,
      `${INSTANCE}: max_allocated_storage 20 is not 10 % over 19`,
      `${INSTANCE}: final_snapshot_identifier is "", not ^(?!.*--)[a-z][a-z0-9-]{0,253}[a-z0-9]$`,
    ],
  },
  {
    name: "RDS finds the log groups that its logs go to",
    source: "RDS User Guide, publishing PostgreSQL logs to CloudWatch Logs: /aws/rds/instance/<identifier>/<log>",
    breaks: "postgres",
    problems: (stack) =>
      instances(stack).flatMap(({ address, properties }) =>
        list(properties.enabled_cloudwatch_logs_exports)
          .map((log) => `/aws/rds/instance/${str(properties.identifier)}/${str(log)}`)
          .filter(
            (name) => !resources(stack, "aws_cloudwatch_log_group").some((group) => group.properties.name === name),
          )
          .map((name) => `${address}: RDS would make ${name}, which keeps everything`),
      ),
    breakIt: (stack) => {
      resource(stack, "aws_cloudwatch_log_group.database_log-upgrade").name = "/aws/rds/upgrade";
    },
    found: [
      `${INSTANCE}: RDS would make /aws/rds/instance/test-postgres-sink-database/upgrade, which keeps everything`,
    ],
  },
  {
    name: "who logs in with a token may, and the server takes tokens",
    source:
      "RDS User Guide, IAM database authentication: enabling it, and rds-db:connect on dbuser:<resource id>/<user>",
    breaks: "postgres",
    problems: (stack) => [
      ...instances(stack)
        .filter(({ properties }) => properties.iam_database_authentication_enabled !== true)
        .map(({ address }) => `${address}: takes no tokens`),
      ...logins(stack).flatMap(({ address, role, variables }) => {
        const server = referred(variables.DATABASE_HOST);
        const user = `${server === undefined ? "" : `\${${server}.resource_id}`}/${str(variables.DATABASE_USER)}`;
        const allowed = resources(stack, "aws_iam_role_policy")
          .filter(({ properties }) => referred(properties.role) === role)
          .flatMap(({ properties }) => statements(properties.policy))
          .filter(({ Effect, Action }) => Effect === "Allow" && many(Action).includes("rds-db:connect"))
          .flatMap(({ Resource }) => many(Resource));
        return allowed.some((arn) => arn.startsWith("arn:") && arn.includes(":dbuser:") && arn.endsWith(user))
          ? []
          : [`${address}: ${role} may not log in as ${user}`];
      }),
    ],
    breakIt: (stack) => {
      resource(stack, INSTANCE).iam_database_authentication_enabled = false;
      const policy = resource(stack, "aws_iam_role_policy.retention_role-policy");
      policy.policy = String(policy.policy).replace("/webhook_retention", "/webhook_consumer");
    },
    found: [
      `${INSTANCE}: takes no tokens`,
      "aws_lambda_function.retention_function: aws_iam_role.retention_role may not log in as ${aws_db_instance.database_instance.resource_id}/webhook_retention",
    ],
  },
];
