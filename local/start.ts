/** Puts the parts together: one synthesized stack, running on this machine. */
import { join } from "node:path";
import { LocalDatabase } from "./database";
import { DatabaseAddress } from "./database-front";
import { tokenLogin } from "./database-login";
import { databaseSettings } from "./database-settings";
import { AwsEndpoint } from "./endpoint";
import { databaseElsewhere } from "./errors";
import type { Faults } from "./faults";
import { type Gateway, startGateway } from "./gateway";
import { invokeAsApplied } from "./invocations";
import type { LambdaFunction } from "./lambda-function";
import { SYNCHRONOUS_ENVIRONMENTS } from "./lambda-function";
import { LambdaService } from "./lambda-service";
import { listenOnLoopback } from "./loopback";
import { UNTHROTTLED_ENVIRONMENTS } from "./mapping-resources";
import { REGION } from "./resource-types";
import { type Credentials, OPERATOR_CREDENTIALS } from "./roles";
import { SecretFile } from "./secret-file";
import { readTemplate, type Template } from "./template";
import { Timeline } from "./timeline";

export interface LocalOptions {
  /** Port of the API. @default 0: a free one */
  readonly port?: number;
  /** Port of the AWS endpoint. @default 0: a free one */
  readonly awsPort?: number;
  /** Divides the long timers. At least 1. @default 1 */
  readonly speed?: number;
  /** Gets every line that a function or the API's access log writes. */
  readonly onLogLine?: (line: string) => void;
  /** The file with the secrets of the sources, see secret-file.ts. @default none */
  readonly secretsFile?: string;
  /** Gets a line about what the run lacks, such as a secret. @default standard error */
  readonly onWarning?: (line: string) => void;
  /** The bootstrap of the execution environments. @default beside this bundle, in dist/ */
  readonly bootstrapFile?: string;
}

const SYNCHRONOUS_CAP = `aws_lambda_function scaling: at most ${SYNCHRONOUS_ENVIRONMENTS} execution environments of a function answer the API at once, further requests wait for one; on AWS each gets its own`;

const UNTHROTTLED_CAP = `aws_lambda_event_source_mapping without scaling_config: at most ${UNTHROTTLED_ENVIRONMENTS} execution environments run at once, on AWS more than 1,000`;

export class LocalRun {
  readonly region = REGION;
  /** May do everything: for the command line and tests. */
  readonly operator: Credentials = OPERATOR_CREDENTIALS;

  constructor(
    readonly timeline: Timeline,
    readonly template: Template,
    readonly endpoint: AwsEndpoint,
    readonly gateway: Gateway,
    readonly lambda: LambdaService,
    /** Undefined for a stack whose sink is a table. */
    readonly database?: LocalDatabase,
  ) {}

  get stackName(): string {
    return this.template.stackName;
  }

  /** The API's address, without a slash at the end. */
  get url(): string {
    return this.gateway.url;
  }

  /** The address of every AWS service. */
  get awsUrl(): string {
    return this.endpoint.url;
  }

  get outputs(): Readonly<Record<string, string>> {
    return this.template.outputs as Readonly<Record<string, string>>;
  }

  /** A line for everything that is otherwise on AWS. */
  get notPlayed(): readonly string[] {
    const mappings = this.template.resources("aws_lambda_event_source_mapping");
    return [
      ...this.template.notPlayed,
      ...(this.ingress === "direct" ? [] : [SYNCHRONOUS_CAP]),
      ...(mappings.some(({ properties }) => properties.scaling_config === undefined) ? [UNTHROTTLED_CAP] : []),
    ];
  }

  /** How requests come onto the queue: by API Gateway itself, or through a function. */
  get ingress(): "direct" | "lambda" {
    const integrations = this.template.resources("aws_apigatewayv2_integration");
    return integrations.some(({ properties }) => properties.integration_subtype === undefined) ? "lambda" : "direct";
  }

  /** To be switched on and off while it runs. */
  get faults(): Faults {
    return this.endpoint.faults;
  }

  /** The function that works the events queue off. */
  get consumer(): LambdaFunction {
    return this.lambda.function(this.outputs.consumer_function_name ?? "");
  }

  /** Invocations of the consumer at once, as the event source mapping allows them. */
  get maximumConcurrency(): number {
    return this.lambda.maximumConcurrency(this.consumer);
  }

  /** Calls that no policy of the stack grants, or that no way leads out for: each is a fault of the stack. */
  get refusedCalls(): readonly string[] {
    return [...this.endpoint.authorization.refused.map(({ message }) => message), ...this.endpoint.unreachable];
  }

  /** Ends everything; no process is left behind. */
  async stop(): Promise<void> {
    this.lambda.stop();
    await this.gateway.stop();
    await this.endpoint.stop();
    await this.database?.stop();
  }
}

/**
 * Plays a synthesized stack.
 * @param stackDirectory the folder that holds its cdk.tf.json
 * @throws LocalRunError for a stack that is missing, corrupt or cannot be played, and for a port in use
 */
export async function startLocal(stackDirectory: string, options: LocalOptions = {}): Promise<LocalRun> {
  const { port = 0, awsPort = 0, speed = 1, onLogLine, bootstrapFile = join(__dirname, "bootstrap.cjs") } = options;
  const timeline = new Timeline();
  const log = onLogLine === undefined ? {} : { onLogLine };
  const started: { stop(): unknown }[] = [];
  const keep = <Part extends { stop(): unknown }>(part: Part): Part => {
    started.unshift(part);
    return part;
  };
  try {
    // The addresses stand in the stack's expressions, so they are bound before it is read.
    const listener = keep(await listenOnLoopback(port));
    const endpoint = keep(await AwsEndpoint.listen({ port: awsPort }));
    if (options.secretsFile !== undefined) endpoint.secrets.file = secretFile(options.secretsFile, options);
    const address = keep(await DatabaseAddress.listen());
    const origins = { aws: endpoint.url, api: listener.url, database: { host: address.host, port: address.port } };
    const template = readTemplate(stackDirectory, origins);
    const database = await startDatabase(template, address);
    if (database !== undefined) keep(database);
    await endpoint.play(template, timeline);
    if (database !== undefined) openDatabase(database, endpoint, onLogLine);
    const lambda = keep(new LambdaService({ template, endpoint, database, timeline, bootstrapFile, speed, ...log }));
    const gateway = await startGateway({
      template,
      timeline,
      port: listener,
      awsEndpoint: endpoint.url,
      credentialsFor: (arn) => endpoint.credentialsFor(arn),
      invoke: (call) => lambda.invokeForApi(call),
      ...(onLogLine === undefined ? {} : { onAccessLog: onLogLine }),
    });
    await invokeAsApplied(template, lambda);
    lambda.startPolling();
    return new LocalRun(timeline, template, endpoint, gateway, lambda, database);
  } catch (error) {
    for (const part of started) await Promise.allSettled([part.stop()]);
    throw error;
  }
}

/** @throws LocalRunError for a file that holds something else */
function secretFile(path: string, { onWarning = toStderr }: LocalOptions): SecretFile {
  const file = new SecretFile(path, onWarning);
  file.check();
  return file;
}

const toStderr = (line: string): void => void process.stderr.write(`${line}\n`);

/** @returns undefined for a stack whose sink is a table. @throws LocalRunError for a database that is not in the stack */
async function startDatabase(template: Template, address: DatabaseAddress): Promise<LocalDatabase | undefined> {
  const settings = databaseSettings(template);
  if (settings !== undefined) return LocalDatabase.start(settings, address);
  const { database_host: host } = template.outputs;
  if (host !== undefined) throw databaseElsewhere(host);
  address.stop();
  return undefined;
}

/** Lets the functions in: with a token that the stack's policies allow, or with the password in Secrets Manager. */
function openDatabase(database: LocalDatabase, endpoint: AwsEndpoint, onLogLine: LocalOptions["onLogLine"]): void {
  const { settings, address, administratorPassword } = database;
  const { secretArn, administrator, resourceId } = settings;
  if (secretArn !== undefined)
    endpoint.secrets.put(secretArn, { username: administrator, password: administratorPassword });
  const { roles, authorization } = endpoint;
  const onRefused = (line: string) => onLogLine?.(line);
  database.open(
    tokenLogin({ address: `${address.host}:${address.port}`, resourceId, roles, authorization, onRefused }),
  );
}
