/**
 * The AWS API on the loopback, one address for every service: knows the caller by the access key id, enforces the
 * stack's policies, puts in the faults that are switched on, and hands the call to the service.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Authorization } from "./authorization";
import { AwsFault } from "./aws-fault";
import { type BucketRequest, BucketService } from "./bucket";
import { bucketResources, targetOf } from "./bucket-access";
import { Faults, QueueDown } from "./faults";
import { invokeReply, type LambdaCall, readInvoke } from "./lambda-call";
import { type Listener, listenOnLoopback } from "./loopback";
import type { Outcome } from "./mapping-batch";
import {
  bucketFaultReply,
  faultReply,
  functionFaultReply,
  jsonReply,
  readCall,
  readSigner,
  type ServiceCall,
  type Signer,
} from "./protocol";
import type { ActionInput } from "./queue-actions";
import { makeQueues } from "./queue-resources";
import type { QueueService } from "./queue-service";
import { bucketArn, functionArnOf } from "./resource-types";
import { type Credentials, OPERATOR_CREDENTIALS, type Role, resourcePoliciesOf, rolesOf } from "./roles";
import { parameterArnOf, SecretService, secretArnOf } from "./secrets";
import { serviceUnreachable } from "./security-groups";
import { type HttpReply, TableService } from "./table";
import { tableResources } from "./table-access";
import type { Template } from "./template";
import type { Timeline } from "./timeline";

/** A stack's services behind the endpoint. */
interface Services {
  readonly queues: QueueService;
  readonly tables: TableService;
  /** Undefined for a stack without buckets. */
  readonly buckets: BucketService | undefined;
  readonly roles: readonly Role[];
  readonly authorization: Authorization;
  /** Why the network keeps a role's function from a service of AWS. */
  readonly unreachable: (role: Role, service: string) => string | undefined;
}

/** Undefined is the operator, who may do everything. */
type Caller = Role | undefined;

export class AwsEndpoint {
  readonly faults = new Faults();
  readonly secrets = new SecretService();
  /** Runs a function that may be invoked; until it is set there is none. */
  invoke: ((call: LambdaCall) => Promise<Outcome>) | undefined;
  readonly #listener: Listener;
  #services: Services | undefined;
  readonly #unreachable = new Set<string>();
  readonly #underWay = new Set<Promise<unknown>>();

  private constructor(listener: Listener) {
    this.#listener = listener;
  }

  /** Such as http://127.0.0.1:4566. */
  get url(): string {
    return this.#listener.url;
  }

  /**
   * Listens, so that the address is known before a stack's expressions are resolved; {@link play} makes the services.
   * @param port 0 takes a free one
   * @throws LocalRunError for a port in use
   */
  static async listen({ port = 0 }: { port?: number } = {}): Promise<AwsEndpoint> {
    const listener = await listenOnLoopback(port);
    const endpoint = new AwsEndpoint(listener);
    listener.serve((request, response) => void endpoint.#serve(request, response));
    return endpoint;
  }

  /** Makes the queues, tables, roles and policies of a stack. @throws LocalRunError for what cannot be played */
  async play(template: Template, timeline: Timeline): Promise<void> {
    const queues = makeQueues(template, this.url, ({ id, receiveCount }, from, to) =>
      timeline.record({
        step: "dead-lettered",
        messageId: id,
        facts: { from: from.settings.name, to: to.settings.name, receiveCount },
      }),
    );
    const policies = resourcePoliciesOf(template, (url) => queues.target({ QueueUrl: url })?.settings.arn);
    this.#services = {
      queues,
      tables: await TableService.start(template),
      buckets: await BucketService.start(template),
      roles: rolesOf(template),
      authorization: new Authorization(policies),
      unreachable: (role, service) =>
        template
          .resources("aws_lambda_function")
          .filter(({ properties }) => properties.role === role.arn)
          .map((lambda) => serviceUnreachable(lambda, service, template))
          .find((why) => why !== undefined),
    };
  }

  get queues(): QueueService {
    return this.#played.queues;
  }

  /** Which permissions were used, and which were missing. */
  get authorization(): Authorization {
    return this.#played.authorization;
  }

  /** A line for each service that a function called although its network has no way to it. */
  get unreachable(): readonly string[] {
    return [...this.#unreachable];
  }

  get roles(): readonly Role[] {
    return this.#played.roles;
  }

  /** @throws Error for a role that is not in the stack */
  role(arn: string): Role {
    const role = this.#played.roles.find((candidate) => candidate.arn === arn);
    if (role === undefined) throw new Error(`There is no role ${arn} in the stack.`);
    return role;
  }

  credentialsFor(roleArn: string): Credentials {
    return this.role(roleArn).credentials;
  }

  /** An SQS call of AWS's own machinery in the name of a role, without the way over HTTP. @throws AwsFault */
  async callQueue(role: Role, action: string, input: ActionInput): Promise<unknown> {
    return this.#queueCall(role, action, input);
  }

  async stop(): Promise<void> {
    // Callers first: a call that is under way needs its service until it is answered.
    this.#services?.queues.stop();
    await this.#listener.stop();
    await Promise.allSettled(this.#underWay);
    await this.#services?.tables.stop();
    await this.#services?.buckets?.stop();
  }

  get #played(): Services {
    if (this.#services === undefined) throw new Error("No stack is played yet.");
    return this.#services;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    try {
      for await (const part of request) parts.push(part as Buffer);
    } catch {
      return; // The caller has hung up.
    }
    const answer = this.#answer(request, Buffer.concat(parts));
    this.#underWay.add(answer);
    const reply = await answer.finally(() => this.#underWay.delete(answer));
    if (reply === "cut") request.socket.destroy();
    else response.writeHead(reply.status, reply.headers).end(reply.body);
  }

  async #answer(request: IncomingMessage, body: Buffer): Promise<HttpReply | "cut"> {
    let signer: Signer | undefined;
    let call: ServiceCall | undefined;
    const { method = "", url = "", headers } = request;
    try {
      signer = readSigner(headers);
      const caller = this.#callerOf(signer);
      if (!this.#isReached(caller, signer.scope)) return "cut";
      if (signer.scope === "s3") return await this.#bucketCall(caller, { method, url, headers, body });
      if (signer.scope === "lambda")
        return await this.#functionCall(caller, readInvoke({ method, url, headers, body }));
      call = readCall(signer, headers, body);
      if (call.service === "sqs") return jsonReply(await this.#queueCall(caller, call.action, call.input));
      if (call.service === "secretsmanager" || call.service === "ssm") {
        if (caller !== undefined && this.faults.secrets === "down") return "cut";
        return jsonReply(this.#secretCall(caller, call));
      }
      if (caller !== undefined) {
        if (this.faults.sink === "down") return "cut";
        for (const { action, resource } of tableResources(call.action, call.input))
          this.#played.authorization.check(caller, action, resource);
        if (this.faults.sink === "throttled")
          throw new AwsFault("ThrottlingException", "Throughput exceeds the current capacity of your table or index.");
      }
      return await this.#played.tables.forward(headers, body);
    } catch (fault) {
      if (fault instanceof QueueDown) return "cut";
      if (!(fault instanceof AwsFault)) throw fault;
      if (signer?.scope === "s3") return bucketFaultReply(fault);
      return signer?.scope === "lambda" ? functionFaultReply(fault) : faultReply(fault, call?.service);
    }
  }

  /** On AWS a call that no way leads out for hangs until it times out; here it is cut at once. */
  #isReached(caller: Caller, service: string): boolean {
    const why = caller && this.#played.unreachable(caller, service);
    if (caller === undefined || why === undefined) return true;
    this.#unreachable.add(`The function of role ${caller.name} called ${service}, which it cannot reach: ${why}.`);
    return false;
  }

  async #bucketCall(caller: Caller, call: BucketRequest): Promise<HttpReply | "cut"> {
    const { buckets, authorization } = this.#played;
    if (buckets === undefined)
      throw new AwsFault("NoSuchBucket", "The specified bucket does not exist: the stack has none.", { status: 404 });
    if (caller === undefined) return buckets.forward(call);
    if (this.faults.bodies === "down") return "cut";
    const copySource = call.headers["x-amz-copy-source"];
    for (const { action, resource } of bucketResources({ ...call, copySource: copySource?.toString() }))
      authorization.check(caller, action, resource);
    const reply = await buckets.forward(call);
    // Who may not list a bucket is not told that an object is missing (S3 API, GetObject, Permissions).
    if (reply.status === 404) authorization.check(caller, "s3:ListBucket", bucketArn(targetOf(call).bucket));
    return reply;
  }

  async #functionCall(caller: Caller, call: LambdaCall): Promise<HttpReply> {
    const arn = functionArnOf(call.functionName);
    if (caller !== undefined) this.#played.authorization.check(caller, "lambda:InvokeFunction", arn);
    if (this.invoke === undefined)
      throw new AwsFault("ResourceNotFoundException", `Function not found: ${arn}`, { status: 404 });
    return invokeReply(await this.invoke(call));
  }

  #secretCall(caller: Caller, { service, action, input }: ServiceCall): unknown {
    const isParameter = service === "ssm";
    const resource = isParameter ? parameterArnOf(String(input.Name)) : secretArnOf(String(input.SecretId));
    if (caller !== undefined) this.#played.authorization.check(caller, `${service}:${action}`, resource);
    return isParameter ? this.secrets.callParameters(action, input) : this.secrets.call(action, input);
  }

  async #queueCall(caller: Caller, action: string, input: ActionInput): Promise<unknown> {
    const { queues, authorization } = this.#played;
    if (caller === undefined) return queues.call(action, input, { senderId: OPERATOR_CREDENTIALS.accessKeyId });
    const cut = this.faults.queueCut;
    cut.throwIfAborted();
    const queue = queues.target(input);
    // A batch needs the permission of the single action (SQS Developer Guide, "Actions, resources, condition keys").
    authorization.check(caller, `sqs:${action.replace(/Batch$/, "")}`, queue?.settings.arn ?? "*");
    return queues.call(action, input, { senderId: caller.name, cut });
  }

  #callerOf({ accessKeyId }: Signer): Caller {
    if (accessKeyId === OPERATOR_CREDENTIALS.accessKeyId) return undefined;
    const role = this.#played.roles.find(({ credentials }) => credentials.accessKeyId === accessKeyId);
    if (role !== undefined) return role;
    throw new AwsFault(
      "UnrecognizedClientException",
      `The access key id "${accessKeyId}" is none of the local run's. Use ${OPERATOR_CREDENTIALS.accessKeyId} with any secret.`,
      { status: 403 },
    );
  }
}
