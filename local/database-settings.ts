/** The settings of an aws_db_instance with its parameter group, as the local run plays them. */
import { blocks, count, text } from "./arguments";
import { propertyMissing, propertyUnplayable, resourcesTooMany } from "./errors";
import type { Resource, Template } from "./template";

export interface DatabaseSettings {
  /** Of the resource in the stack. */
  readonly resource: string;
  /** The database in it. */
  readonly name: string;
  readonly administrator: string;
  /** By which IAM names it, `db-…`. */
  readonly resourceId: string;
  /** Of the administrator's password in Secrets Manager; undefined when RDS does not manage it. */
  readonly secretArn: string | undefined;
  readonly maxConnections: number;
  /** rds.force_ssl */
  readonly forcesTls: boolean;
  /** The other parameters of the group, without RDS's own. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The port on AWS, for which the security groups are written. */
  readonly port: number;
  readonly securityGroupIds: readonly string[];
  readonly engineVersion: string;
}

/** Parameters that PostgreSQL knows but that need a library which only RDS has. */
const NEEDS_A_LIBRARY = ["shared_preload_libraries"];

/** @returns undefined for a stack without a database. @throws LocalRunError for one that cannot be played */
export function databaseSettings(template: Template): DatabaseSettings | undefined {
  const [instance, ...others] = template.resources("aws_db_instance");
  if (instance === undefined) return undefined;
  if (others.length > 0)
    throw resourcesTooMany(
      "aws_db_instance",
      [instance, ...others].map(({ address }) => address),
    );
  const parameters = parametersOf(instance, template);
  const { max_connections: maxConnections, "rds.force_ssl": forceSsl, ...rest } = parameters;
  if (!/^\d+$/.test(maxConnections ?? ""))
    throw propertyUnplayable(
      instance.address,
      "parameter_group_name",
      maxConnections ?? null,
      "The parameter group must pin max_connections to a number: the server that runs here enforces it.",
    );
  const secretArn = instance.properties.manage_master_user_password === true;
  return {
    resource: instance.address,
    name: text(instance, "db_name"),
    administrator: text(instance, "username"),
    resourceId: String(instance.attribute("resource_id")),
    secretArn: secretArn ? String(instance.attribute("master_user_secret.secret_arn")) : undefined,
    maxConnections: Number(maxConnections),
    forcesTls: forceSsl !== "0",
    parameters: Object.fromEntries(
      Object.entries(rest).filter(([name]) => !name.startsWith("rds.") && !NEEDS_A_LIBRARY.includes(name)),
    ),
    port: count(instance, "port", 5432),
    securityGroupIds: (instance.properties.vpc_security_group_ids ?? []) as readonly string[],
    engineVersion: String(instance.properties.engine_version ?? ""),
  };
}

function parametersOf(instance: Resource, template: Template): Readonly<Record<string, string>> {
  const name = instance.properties.parameter_group_name;
  if (name === undefined) throw propertyMissing(instance.address, "parameter_group_name");
  const group = template.resources("aws_db_parameter_group").find((candidate) => candidate.attribute("id") === name);
  if (group === undefined)
    throw propertyUnplayable(
      instance.address,
      "parameter_group_name",
      name,
      "It must be a parameter group of the stack, so that its parameters are known here.",
    );
  return Object.fromEntries(blocks(group.properties.parameter).map((one) => [String(one.name), String(one.value)]));
}
