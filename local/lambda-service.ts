/** The Lambda service of a stack: its functions, and the event source mappings that feed them. */
import { existsSync } from "node:fs";
import { type Authorization, servicePrincipal } from "./authorization";
import { AwsFault } from "./aws-fault";
import type { LocalDatabase } from "./database";
import type { AwsEndpoint } from "./endpoint";
import { buildMissing, mappingTargetMissing } from "./errors";
import { functionSettings } from "./function-resources";
import type { LambdaCall } from "./lambda-call";
import { LambdaFunction } from "./lambda-function";
import type { FunctionCall } from "./lambda-integration";
import type { Outcome } from "./mapping-batch";
import { functionNameOf, isEnabled, mappingSettings } from "./mapping-resources";
import { Poller } from "./poller";
import { reservedVariables } from "./reserved-variables";
import { ACCOUNT_ID, functionArnOf, REGION } from "./resource-types";
import type { Role } from "./roles";
import { databaseUnreachable } from "./security-groups";
import type { Resource, Template } from "./template";
import type { Timeline } from "./timeline";
import { Warden } from "./warden";

/** Lambda quotas, payload of a synchronous invocation: "6 MB" is this number in Lambda's own refusals. */
export const MAX_PAYLOAD_BYTES = 6_291_556;
const API_GATEWAY = servicePrincipal("apigateway.amazonaws.com");

export interface LambdaServiceOptions {
  readonly template: Template;
  /** Must play the same template already. */
  readonly endpoint: AwsEndpoint;
  readonly timeline: Timeline;
  /** dist/bootstrap.cjs, as build.mjs makes it. */
  readonly bootstrapFile: string;
  /** Undefined for a stack without one. */
  readonly database?: LocalDatabase | undefined;
  /** Divides the long timers. @default 1 */
  readonly speed?: number;
  /** Gets every line that a function writes. */
  readonly onLogLine?: (line: string, from: { readonly functionName: string; readonly environment: string }) => void;
}

export class LambdaService {
  readonly functions: readonly LambdaFunction[];
  readonly #pollers: readonly Poller[];
  readonly #warden = new Warden();
  readonly #authorization: Authorization;

  /**
   * Nothing is polled yet, see {@link startPolling}.
   * @throws LocalRunError for a missing build, and for what the stack has that cannot be played
   */
  constructor(options: LambdaServiceOptions) {
    if (!existsSync(options.bootstrapFile)) throw buildMissing(options.bootstrapFile);
    const { template } = options;
    this.#authorization = options.endpoint.authorization;
    this.functions = template.resources("aws_lambda_function").map((one) => this.#function(one, options));
    this.#pollers = template
      .resources("aws_lambda_event_source_mapping")
      .filter(isEnabled)
      .map((mapping) => this.#poller(mapping, options));
    options.endpoint.invoke = (call) => this.invoke(call);
  }

  startPolling(): void {
    for (const poller of this.#pollers) poller.start();
  }

  /** @throws Error for a function that is not in the stack */
  function(name: string): LambdaFunction {
    const found = this.functions.find(({ settings }) => settings.name === name);
    if (found === undefined) throw new Error(`There is no function ${name} in the stack.`);
    return found;
  }

  /**
   * Lambda's Invoke, its caller allowed already.
   * @throws AwsFault for a function that is not in the stack, or a payload that is too large
   */
  async invoke({ functionName, event }: LambdaCall): Promise<Outcome> {
    const found = this.functions.find(({ settings }) => settings.name === functionName);
    if (found === undefined)
      throw new AwsFault("ResourceNotFoundException", `Function not found: ${functionArnOf(functionName)}`, {
        status: 404,
      });
    refuseLargePayload(event);
    return found.invokeSynchronously(event);
  }

  /**
   * Lambda's Invoke as API Gateway calls it.
   * @throws AwsFault as Lambda refuses a call: without a permission, too large, over the reserved concurrency
   */
  async invokeForApi({ functionName, event, sourceArn }: FunctionCall): Promise<Outcome> {
    this.#authorization.check(API_GATEWAY, "lambda:InvokeFunction", functionArnOf(functionName), {
      "aws:sourcearn": sourceArn,
      "aws:sourceaccount": ACCOUNT_ID,
    });
    refuseLargePayload(event);
    const outcome = await this.function(functionName).invokeSynchronously(event);
    if (outcome.kind === "throttled") throw new AwsFault("TooManyRequestsException", "Rate Exceeded.", { status: 429 });
    if (outcome.kind !== "answered" || payloadBytes(outcome.response) <= MAX_PAYLOAD_BYTES) return outcome;
    return {
      kind: "failed",
      reason: `Function.ResponseSizeTooLarge: Response payload size exceeded maximum allowed payload size (${MAX_PAYLOAD_BYTES} bytes).`,
    };
  }

  /** Invocations at once that the function's event source mappings allow together. */
  maximumConcurrency({ settings }: LambdaFunction): number {
    return this.#pollers
      .filter(({ functionName }) => functionName === settings.name)
      .reduce((sum, { maximumConcurrency }) => sum + maximumConcurrency, 0);
  }

  /** Ends polling and every process. */
  stop(): void {
    for (const poller of this.#pollers) poller.stop();
    for (const each of this.functions) each.stop();
    this.#warden.stop();
  }

  #function(resource: Resource, options: LambdaServiceOptions): LambdaFunction {
    const { template, endpoint, database, timeline, bootstrapFile, speed = 1, onLogLine } = options;
    const settings = functionSettings(resource, template);
    const role = endpoint.role(settings.roleArn);
    return new LambdaFunction(settings, {
      bootstrapFile,
      timeline,
      speed,
      warden: this.#warden,
      faults: endpoint.faults,
      variables: {
        ...reservedVariables(settings, role.credentials, endpoint.url),
        ...(database === undefined ? {} : databaseVariables(resource, database, template)),
      },
      onLogLine: (line, from) => {
        writeLog(endpoint, role, settings.logGroup);
        onLogLine?.(line, from);
      },
    });
  }

  #poller(mapping: Resource, { endpoint, timeline, speed = 1 }: LambdaServiceOptions): Poller {
    const target = this.functions.find(({ settings }) => settings.name === functionNameOf(mapping));
    if (target === undefined)
      throw mappingTargetMissing(mapping.address, "function_name", mapping.properties.function_name);
    const queue = endpoint.queues.byArn(String(mapping.properties.event_source_arn));
    if (queue === undefined)
      throw mappingTargetMissing(mapping.address, "event_source_arn", mapping.properties.event_source_arn);
    const role = endpoint.role(target.settings.roleArn);
    const ports = {
      callQueue: (action: string, input: Readonly<Record<string, unknown>>) => endpoint.callQueue(role, action, input),
      invoke: (event: unknown) => target.invoke(event),
    };
    return new Poller(target.settings.name, queue, mappingSettings(mapping, queue, speed), ports, timeline);
  }
}

/** What the bootstrap needs to trust the database, or to keep the function from it. */
function databaseVariables(lambda: Resource, database: LocalDatabase, template: Template): Record<string, string> {
  const why = databaseUnreachable(lambda, database.settings, template);
  return {
    LOCAL_DATABASE_CA: database.certificate.cert,
    ...(why === undefined ? {} : { LOCAL_CLOSED_PORT: String(database.address.port), LOCAL_CLOSED_BECAUSE: why }),
  };
}

/** @throws AwsFault as Lambda refuses it */
function refuseLargePayload(event: unknown): void {
  const bytes = payloadBytes(event);
  if (bytes <= MAX_PAYLOAD_BYTES) return;
  throw new AwsFault(
    "RequestTooLargeException",
    `${bytes} byte payload is too large for the RequestResponse invocation type (limit ${MAX_PAYLOAD_BYTES} bytes)`,
    { status: 413 },
  );
}

const payloadBytes = (payload: unknown): number => Buffer.byteLength(JSON.stringify(payload));

/** Lambda writes a function's output in the name of its role. Without the permission AWS drops it; here the run fails. */
function writeLog({ authorization }: AwsEndpoint, role: Role, logGroup: string): void {
  // Whatever the stream is called: a name of its own for each environment would be a use of its own.
  const resource = `arn:aws:logs:${REGION}:${ACCOUNT_ID}:log-group:${logGroup}:log-stream:any`;
  try {
    for (const action of ["logs:CreateLogStream", "logs:PutLogEvents"]) authorization.check(role, action, resource);
  } catch (fault) {
    if (!(fault instanceof AwsFault)) throw fault;
  }
}
