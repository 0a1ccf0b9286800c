/** The Terraform JSON of a database with what may reach it, as the stacks write it, and its functions. */
import { Client, type QueryResult } from "pg";
import { startLocal } from "../../local/start";
import { bundleOf, writeHandler } from "./handler-file";
import { writeStack } from "./written-stack";

// Each starts a server, which takes a second, and many on a machine that is busy.
jest.setTimeout(30_000);

export interface DatabaseStack {
  /** Handlers by the function's name; each logs in as {@link USER} with `openDatabase()`. */
  readonly functions?: Readonly<Record<string, string>>;
  /** Of every function's role. @default what is needed to log in as {@link USER} */
  readonly statements?: readonly object[];
  readonly vpcConfig?: object | null;
  readonly egress?: object;
  readonly ingress?: object;
  readonly instance?: object;
  readonly parameters?: readonly object[];
  /** More resources. */
  readonly more?: object;
  readonly outputs?: object;
}

export const USER = "webhook_consumer";
export const ROLE_ARN = "arn:aws:iam::000000000000:role/lambda";
/** As the migrations make it. */
export const MAKE_USER = `CREATE ROLE ${USER} LOGIN; GRANT rds_iam TO ${USER};`;
const RESOURCE_ID = "${aws_db_instance.database.resource_id}";
const LOG_IN = {
  Effect: "Allow",
  Action: "rds-db:connect",
  Resource: `arn:aws:rds-db:us-east-1:000000000000:dbuser:${RESOURCE_ID}/${USER}`,
};
export const WRITE_LOGS = { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: "*" };

/** What a handler finds: a connection as the consumer makes one. */
const LOG_IN_SOURCE = `
  const { Client } = require(${JSON.stringify(require.resolve("pg"))});
  const { Signer } = require(${JSON.stringify(require.resolve("@aws-sdk/rds-signer"))});
  const { rootCertificates } = require("node:tls");
  async function openDatabase(more = {}) {
    const { DATABASE_HOST: host, DATABASE_PORT: port, DATABASE_NAME: database, DATABASE_USER: user } = process.env;
    const signer = new Signer({ hostname: host, port: Number(port), username: user });
    const client = new Client({ host, port: Number(port), database, user, password: () => signer.getAuthToken(),
      ssl: { ca: [...rootCertificates] }, connectionTimeoutMillis: 5_000, ...more });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  }`;

export function databaseStack(written: DatabaseStack = {}): object {
  const { functions = {}, statements = [LOG_IN, WRITE_LOGS], vpcConfig, more, outputs = {} } = written;
  const names = Object.keys(functions);
  const port = { ip_protocol: "tcp", from_port: 5432, to_port: 5432 };
  const [clients, database] = ["${aws_security_group.clients.id}", "${aws_security_group.database.id}"];
  const network = { subnet_ids: ["${aws_subnet.one.id}"], security_group_ids: [clients] };
  return {
    output: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value }])),
    data: {
      aws_availability_zones: { zones: { state: "available" } },
      archive_file: Object.fromEntries(
        names.map((name) => [
          name,
          {
            type: "zip",
            source_file: writeHandler(functions[name] ?? "", LOG_IN_SOURCE),
            output_path: `${name}.zip`,
          },
        ]),
      ),
    },
    resource: {
      aws_vpc: { network: { cidr_block: "10.60.0.0/16" } },
      aws_subnet: {
        one: {
          vpc_id: "${aws_vpc.network.id}",
          cidr_block: "10.60.0.0/24",
          availability_zone: "${data.aws_availability_zones.zones.names[0]}",
        },
      },
      aws_security_group: { clients: { name: "clients" }, database: { name: "database" } },
      aws_vpc_security_group_egress_rule: {
        out: { security_group_id: clients, referenced_security_group_id: database, ...port, ...written.egress },
      },
      aws_vpc_security_group_ingress_rule: {
        in: { security_group_id: database, referenced_security_group_id: clients, ...port, ...written.ingress },
      },
      aws_db_parameter_group: {
        parameters: {
          name: "parameters",
          family: "postgres17",
          parameter: written.parameters ?? [
            { name: "max_connections", value: "20", apply_method: "pending-reboot" },
            { name: "rds.force_ssl", value: "1", apply_method: "pending-reboot" },
          ],
        },
      },
      aws_db_instance: {
        database: {
          identifier: "database",
          engine: "postgres",
          db_name: "webhook",
          username: "webhook_administrator",
          port: 5432,
          manage_master_user_password: true,
          parameter_group_name: "${aws_db_parameter_group.parameters.name}",
          vpc_security_group_ids: [database],
          ...written.instance,
        },
      },
      aws_iam_role: { lambda: { name: "lambda", assume_role_policy: "{}" } },
      aws_iam_role_policy: {
        lambda: {
          name: "lambda",
          role: "${aws_iam_role.lambda.name}",
          policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
        },
      },
      aws_lambda_function: Object.fromEntries(
        names.map((name) => [
          name,
          {
            function_name: name,
            role: "${aws_iam_role.lambda.arn}",
            handler: "index.handler",
            runtime: "nodejs22.x",
            filename: `\${data.archive_file.${name}.output_path}`,
            timeout: 10,
            memory_size: 256,
            environment: {
              variables: {
                DATABASE_HOST: "${aws_db_instance.database.address}",
                DATABASE_PORT: "${aws_db_instance.database.port}",
                DATABASE_NAME: "${aws_db_instance.database.db_name}",
                DATABASE_USER: USER,
                ADMINISTRATOR_SECRET_ARN: "${aws_db_instance.database.master_user_secret[0].secret_arn}",
              },
            },
            ...(vpcConfig !== null && { vpc_config: { ...network, ...vpcConfig } }),
          },
        ]),
      ),
      aws_apigatewayv2_api: { api: { name: "api", protocol_type: "HTTP" } },
      aws_apigatewayv2_stage: {
        stage: { api_id: "${aws_apigatewayv2_api.api.id}", name: "$default", auto_deploy: true },
      },
      ...more,
    },
  };
}

export const bootstrapFile = bundleOf("bootstrap.ts");

/** @param lines gets what functions and the front write */
export async function playDatabaseStack(written: DatabaseStack = {}, lines: string[] = []) {
  const run = await startLocal(writeStack(databaseStack(written)), {
    bootstrapFile,
    onLogLine: (line) => lines.push(line),
  });
  const { database } = run;
  if (database === undefined) throw new Error("The stack has a database, but the run has none.");
  return {
    run,
    database,
    lines,
    invoke: (functionName: string, event: unknown = {}) => run.lambda.invoke({ functionName, event }),
    /** By the local run's own connection, which no fault concerns. @returns the rows of the last statement */
    look: async (sql: string): Promise<Record<string, unknown>[]> => {
      const client = new Client(database.connection);
      await client.connect();
      try {
        const results: QueryResult | QueryResult[] = await client.query(sql);
        return (Array.isArray(results) ? results.at(-1) : results)?.rows ?? [];
      } finally {
        await client.end();
      }
    },
  };
}

export type PlayedDatabase = Awaited<ReturnType<typeof playDatabaseStack>>;
