/** Settings of the stack whose sink is PostgreSQL, schema and defaults. The rules between them: postgres-rules.ts. */
import { z } from "zod";
import { isCidr } from "./cidr";
import { consumerFields } from "./consumer-settings";
import * as databaseLimits from "./database-limits";
import { DOMAIN_NAME, domain } from "./domain-settings";
import * as limits from "./limits";
import { flag, listOf, oneOfKinds, text, told, whole } from "./setting-rules";

const SOURCE = "stacks/postgres-settings.ts";
/** Of a network and of a database. */
const KINDS = oneOfKinds(["new", "existing"], SOURCE);

const newNetwork = z.strictObject({
  kind: z.literal("new"),
  /** The VPC's network; it is halved until every zone has its part. @default "10.60.0.0/16" */
  cidr: z
    .string(told("text", SOURCE))
    .refine(
      isPrivateNetwork,
      told(
        'a private IPv4 network of /16 to /24, such as "10.60.0.0/16", no bit set behind its prefix',
        "VPC User Guide, VPC CIDR blocks; RFC 1918; our own: /24 is enough for a subnet in each of six zones",
      ),
    )
    .default("10.60.0.0/16"),
  /** Availability zones with a private subnet each. @default 2 */
  zones: whole(databaseLimits.NETWORK_ZONES).default(2),
});

const existingNetwork = z.strictObject({
  kind: z.literal("existing"),
  /** Private subnets, in two zones or more; they need no way out. With ingress "lambda" they need a way to S3. */
  subnetIds: listOf(
    text(/^subnet-(?:[0-9a-f]{8}|[0-9a-f]{17})$/, 'an id such as "subnet-0123456789abcdef0"', "EC2 API, Subnet"),
    databaseLimits.SUBNETS,
  ).refine((ids) => new Set(ids).size === ids.length, told("each subnet once", databaseLimits.SUBNETS.source)),
  /** Of the functions: it must let them reach the database's port. */
  securityGroupId: text(
    /^sg-(?:[0-9a-f]{8}|[0-9a-f]{17})$/,
    'an id such as "sg-0123456789abcdef0"',
    "EC2 API, SecurityGroup",
  ),
});

const maxConnections = () => whole(databaseLimits.MAX_CONNECTIONS);
const vcpus = () => whole(databaseLimits.VCPUS);

const newDatabase = z.strictObject({
  kind: z.literal("new"),
  /** Of PostgreSQL: the major version alone lets RDS choose the minor one. @default "17" */
  engineVersion: text(
    /^1[4-8](?:\.\d{1,2})?$/,
    'a version such as "17" or "17.6", 14 to 18',
    "RDS for PostgreSQL release calendar; PostgreSQL manual: idle_session_timeout exists from 14 on",
  ).default("17"),
  /** @default "db.t4g.medium" */
  instanceClass: text(
    /^db\.[a-z0-9]+\.[a-z0-9]+$/,
    'a class such as "db.t4g.medium"',
    "RDS User Guide, DB instance classes",
  ).default("db.t4g.medium"),
  /** vCPUs of a class that instance-classes.ts does not know. @default what that table says */
  vcpus: vcpus().optional(),
  /** GiB. @default 20 */
  storageGb: whole(databaseLimits.DATABASE_STORAGE_GB).default(20),
  /** GiB that the storage may grow to by itself. @default it does not grow */
  storageCeilingGb: whole(databaseLimits.DATABASE_STORAGE_GB).optional(),
  /** A standby in another zone that takes over. @default false */
  multiAz: flag().default(false),
  /** Days that backups are kept; 0 makes none. @default 7 */
  backupDays: whole(databaseLimits.BACKUP_DAYS).default(7),
  /** Neither console nor `destroy` can delete the database. @default true */
  deletionProtection: flag().default(true),
  /** Whether `destroy` leaves a snapshot. @default true */
  finalSnapshot: flag().default(true),
  /** Where the class has it. @default true */
  performanceInsights: flag().default(true),
  /** Connections that the server takes, all together; pinned in its parameter group. @default 200 */
  maxConnections: maxConnections().default(200),
  /** Of the database in the server. @default "webhook" */
  name: text(
    /^(?!(?:postgres|template[01]|rdsadmin|user|table|order|group|default|all)$)[a-z][a-z0-9_]{0,62}$/,
    "1 to 63 lower-case letters, digits and _, starting with a letter, no reserved word",
    "RDS API, CreateDBInstance, DBName",
  ).default("webhook"),
});

const existingDatabase = z.strictObject({
  kind: z.literal("existing"),
  /** The endpoint as RDS names it: its certificate is for that name. */
  host: text(
    DOMAIN_NAME,
    'an endpoint such as "events.abcdefghijkl.eu-central-1.rds.amazonaws.com"',
    "RDS User Guide, connecting to a DB instance running PostgreSQL",
  ),
  /** @default 5432 */
  port: whole(databaseLimits.DATABASE_PORT).default(5_432),
  /** Of the database in the server. */
  name: text(/^[A-Za-z_][A-Za-z0-9_$-]{0,62}$/, "a database's name, up to 63 characters", "PostgreSQL manual, names"),
  /** What `SHOW max_connections` says. */
  maxConnections: maxConnections(),
  /** vCPUs of its class. */
  vcpus: vcpus(),
  /** What an IAM policy names it by. */
  resourceId: text(
    /^(?:db|cluster)-[A-Z0-9]{1,64}$/,
    'a resource id such as "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ" or "cluster-…"',
    "RDS User Guide, IAM policy for IAM database access",
  ),
  /** Secret with username and password of a user that may make users. @default none: run the SQL by hand */
  administratorSecretArn: text(
    /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@!-]{1,512}-[A-Za-z0-9]{6}$/,
    'the whole ARN of a secret, such as "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-12345678-AbCdEf"',
    "Secrets Manager API, CreateSecret",
  ).optional(),
});

const connections = z.strictObject({
  /** Promised to other applications of the same server. @default 10 */
  others: whole(databaseLimits.CONNECTIONS_OF_OTHERS).default(10),
  /** For operators, RDS's own and the migrations; the two that RDS keeps for rds_superuser among them. @default 5 */
  administrative: whole(databaseLimits.ADMINISTRATIVE_CONNECTIONS).default(5),
  /** 2: while a deploy replaces the code, frozen environments of the old one keep their connections. @default 2 */
  deployOverlap: whole(databaseLimits.DEPLOY_OVERLAP).default(2),
  /** Busy connections that a vCPU serves: CPU gives way before max_connections does. @default 5 */
  busyPerVcpu: whole(databaseLimits.BUSY_PER_VCPU).default(5),
});

const retention = z.strictObject({
  /** Days until an event is deleted, also a failed or conflicting one. Its id is forgotten with it. @default never */
  eventExpiryDays: whole(limits.EXPIRY_DAYS).optional(),
  /** Days until a rejected record is deleted. @default 90 */
  rejectedExpiryDays: whole(limits.REJECTED_EXPIRY_DAYS).default(90),
});

/** What WebhookStack has as well stands beside this section and holds for both: ingress, queue, alarms, … */
export const postgresSink = z.strictObject({
  /** Runtime and architecture are those of the top-level consumer. @default maximumConcurrency 5 */
  consumer: z
    .strictObject(
      consumerFields({ maximumConcurrency: 5, timeoutSeconds: databaseLimits.POSTGRES_CONSUMER_TIMEOUT_SECONDS }),
    )
    .prefault({}),
  /** @default a VPC of its own */
  network: z.discriminatedUnion("kind", [newNetwork, existingNetwork], KINDS).prefault({ kind: "new" }),
  /** @default a database of its own */
  database: z.discriminatedUnion("kind", [newDatabase, existingDatabase], KINDS).prefault({ kind: "new" }),
  connections: connections.prefault({}),
  retention: retention.prefault({}),
  /** RDS Proxy between consumer and database. Not possible yet, see postgres-rules.ts. @default false */
  proxy: flag().default(false),
  /** As the top-level one, which is WebhookStack's. @default the API's URL */
  domain,
});

/** Checked settings of the stack whose sink is PostgreSQL. */
export type PostgresSinkSettings = z.output<typeof postgresSink>;

/** RFC 1918, /16 to /24. */
function isPrivateNetwork(cidr: string): boolean {
  const isPrivate = /^(?:10\.|172\.(?:1[6-9]|2\d|3[01])\.|192\.168\.)/.test(cidr);
  return isPrivate && isCidr(cidr) && /\/(?:1[6-9]|2[0-4])$/.test(cidr);
}
