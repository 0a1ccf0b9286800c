/** Puts the parts together: one synthesized stack, running on this machine. */
import { join } from "node:path";
import { AwsEndpoint } from "./endpoint";
import type { Faults } from "./faults";
import { type Gateway, startGateway } from "./gateway";
import type { LambdaFunction } from "./lambda-function";
import { SYNCHRONOUS_ENVIRONMENTS } from "./lambda-function";
import { LambdaService } from "./lambda-service";
import { listenOnLoopback } from "./loopback";
import { REGION } from "./resource-types";
import { type Credentials, OPERATOR_CREDENTIALS } from "./roles";
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
  /** The bootstrap of the execution environments. @default beside this bundle, in dist/ */
  readonly bootstrapFile?: string;
}

const SYNCHRONOUS_CAP = `aws_lambda_function scaling: at most ${SYNCHRONOUS_ENVIRONMENTS} execution environments of a function answer the API at once, further requests wait for one; on AWS each gets its own`;

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
    if (this.ingress === "direct") return this.template.notPlayed;
    return [...this.template.notPlayed, SYNCHRONOUS_CAP];
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

  /** Calls that no policy of the stack grants: each is a fault of the stack. */
  get refusedCalls(): readonly string[] {
    return this.endpoint.authorization.refused.map(({ message }) => message);
  }

  /** Ends everything; no process is left behind. */
  async stop(): Promise<void> {
    this.lambda.stop();
    await this.gateway.stop();
    await this.endpoint.stop();
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
  // Both addresses stand in the stack's expressions, so both are bound before it is read.
  const listener = await listenOnLoopback(port);
  const endpoint = await AwsEndpoint.listen({ port: awsPort }).catch(async (error: unknown) => {
    await listener.stop();
    throw error;
  });
  let lambda: LambdaService | undefined;
  try {
    const template = readTemplate(stackDirectory, { aws: endpoint.url, api: listener.url });
    await endpoint.play(template, timeline);
    const log = onLogLine === undefined ? {} : { onLogLine };
    const functions = new LambdaService({ template, endpoint, timeline, bootstrapFile, speed, ...log });
    lambda = functions;
    const gateway = await startGateway({
      template,
      timeline,
      port: listener,
      awsEndpoint: endpoint.url,
      credentialsFor: (arn) => endpoint.credentialsFor(arn),
      invoke: (call) => functions.invokeForApi(call),
      ...(onLogLine === undefined ? {} : { onAccessLog: onLogLine }),
    });
    return new LocalRun(timeline, template, endpoint, gateway, functions);
  } catch (error) {
    lambda?.stop();
    await Promise.allSettled([listener.stop(), endpoint.stop()]);
    throw error;
  }
}
