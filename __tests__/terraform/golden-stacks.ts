/** The stacks whose changes the golden plans show: this project's two, and one that knows nothing of it. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Configuration } from "./changed-stack";
import { synthesizeSettings, synthesizeSink } from "./synthesized";

export interface GoldenStack {
  /** Files beside the configuration. */
  readonly folder: string;
  readonly configuration: Configuration;
  /** Deletes the files. */
  remove(): void;
}

export type GoldenStackName = "webhook" | "sink" | "shop";

/** So that the plans are the same wherever they are made. */
const PROVIDER_VERSION = "5.100.0";

const ACCOUNT = "123456789012";
const CERTIFICATE = `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/12345678-1234-1234-1234-123456789012`;

/** With everything that a change can endanger. */
export function webhookStack(): GoldenStack {
  return synthesized((output) =>
    synthesizeSettings(
      "golden",
      {
        ingress: "lambda",
        throttle: { ratePerSecond: 500, burst: 1_000 },
        alarms: { email: "alarms@example.com" },
        consumer: { maximumConcurrency: 20, reservedConcurrency: 30 },
        table: { eventExpiryDays: 365, encryption: "aws-managed" },
        domain: { name: "hooks.example.com", certificateArn: CERTIFICATE, hostedZoneId: "Z0123456789ABCDEFGHIJ" },
      },
      output,
    ),
  );
}

/** The same of the stack whose sink is PostgreSQL. */
export function sinkStack(): GoldenStack {
  return synthesized((output) =>
    synthesizeSink(
      "golden",
      {
        ingress: "lambda",
        postgresSink: {
          consumer: { maximumConcurrency: 5, reservedConcurrency: 8 },
          database: { kind: "new", multiAz: true },
          retention: { eventExpiryDays: 365 },
        },
      },
      output,
    ),
  );
}

/** @param synthesize returns the folder of one stack */
function synthesized(synthesize: (output: string) => readonly string[]): GoldenStack {
  const outdir = mkdtempSync(join(tmpdir(), "webhook-golden-"));
  const [folder = ""] = synthesize(outdir);
  const configuration = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as Configuration;
  // State beside the configuration.
  delete configuration.terraform.backend;
  const { aws } = configuration.terraform.required_providers as { aws: { version: string } };
  aws.version = PROVIDER_VERSION;
  return { folder, configuration, remove: () => rmSync(outdir, { recursive: true }) };
}

export const SECRET_BEFORE = "secret-before-the-plan";
export const SECRET_AFTER = "secret-after-the-plan";

/** Somebody's shop: a database, a bucket, a key, queues in a module. */
export function shopStack(): GoldenStack {
  const folder = mkdtempSync(join(tmpdir(), "webhook-golden-"));
  mkdirSync(join(folder, "worker"));
  writeFileSync(join(folder, "worker/main.tf.json"), JSON.stringify(WORKER));
  return { folder, configuration: SHOP, remove: () => rmSync(folder, { recursive: true }) };
}

const WORKER = {
  variable: { name: { type: "string" } },
  resource: { aws_sqs_queue: { jobs: { name: "shop-${var.name}-jobs" } } },
};

const SHOP: Configuration = {
  terraform: { required_providers: { aws: { source: "hashicorp/aws", version: PROVIDER_VERSION } } },
  provider: { aws: { region: "us-east-1" } },
  variable: { secret: { type: "string", sensitive: true, default: SECRET_BEFORE } },
  module: { worker: { source: "./worker", for_each: '${toset(["mail", "print"])}', name: "${each.key}" } },
  resource: {
    aws_apigatewayv2_api: { shop: { name: "shop", protocol_type: "HTTP" } },
    aws_db_parameter_group: {
      orders: {
        name: "shop-orders",
        family: "postgres16",
        parameter: [{ name: "max_connections", value: "100", apply_method: "pending-reboot" }],
      },
    },
    aws_db_instance: {
      orders: {
        identifier: "shop-orders",
        engine: "postgres",
        engine_version: "16.4",
        instance_class: "db.t4g.small",
        allocated_storage: 20,
        username: "shop",
        password: "${var.secret}",
        storage_encrypted: true,
        kms_key_id: "${aws_kms_key.orders.arn}",
        parameter_group_name: "${aws_db_parameter_group.orders.name}",
        backup_retention_period: 7,
        deletion_protection: true,
        skip_final_snapshot: false,
        final_snapshot_identifier: "shop-orders-last",
      },
    },
    aws_kms_key: { orders: { description: "Orders", deletion_window_in_days: 30, enable_key_rotation: true } },
    aws_s3_bucket: { invoices: { bucket: "shop-invoices" } },
    aws_s3_bucket_versioning: {
      invoices: { bucket: "${aws_s3_bucket.invoices.id}", versioning_configuration: { status: "Enabled" } },
    },
    aws_security_group: { database: { name: "shop-database", description: "Orders", vpc_id: "vpc-0123456789abcdef0" } },
    aws_vpc_security_group_ingress_rule: {
      database: {
        security_group_id: "${aws_security_group.database.id}",
        cidr_ipv4: "10.0.0.0/16",
        ip_protocol: "tcp",
        from_port: 5432,
        to_port: 5432,
      },
    },
    aws_ssm_parameter: { token: { name: "/shop/token", type: "SecureString", value: "${var.secret}" } },
    aws_iam_role: {
      clerk: {
        name: "shop-clerk",
        assume_role_policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/office` } },
          ],
        }),
      },
    },
  },
};
