/**
 * The AWS API on the loopback, one address for every service: knows the caller by the access key id, enforces the
 * stack's policies, puts in the faults that are switched on, and hands the call to the service.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Authorization } from "./authorization";
import { AwsFault } from "./aws-fault";
import { Faults } from "./faults";
import { type Listener, listenOnLoopback } from "./loopback";
import { faultReply, jsonReply, readCall, type ServiceCall } from "./protocol";
import type { ActionInput } from "./queue-actions";
import { makeQueues } from "./queue-resources";
import type { QueueService } from "./queue-service";
import { type Credentials, OPERATOR_CREDENTIALS, type Role, resourcePoliciesOf, rolesOf } from "./roles";
import { type HttpReply, TableService } from "./table";
import { tableResources } from "./table-access";
import type { Template } from "./template";
import type { Timeline } from "./timeline";

/** A stack's services behind the endpoint. */
interface Services {
  readonly queues: QueueService;
  readonly tables: TableService;
  readonly roles: readonly Role[];
  readonly authorization: Authorization;
}

/** Undefined is the operator, who may do everything. */
type Caller = Role | undefined;

export class AwsEndpoint {
  readonly faults = new Faults();
  readonly #listener: Listener;
  #services: Services | undefined;

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
      roles: rolesOf(template),
      authorization: new Authorization(policies),
    };
  }

  get queues(): QueueService {
    return this.#played.queues;
  }

  /** Which permissions were used, and which were missing. */
  get authorization(): Authorization {
    return this.#played.authorization;
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
    if (this.faults.queue === "down") throw new AwsFault("ServiceUnavailable", "The queue is down.", { status: 503 });
    return this.#queueCall(role, action, input);
  }

  async stop(): Promise<void> {
    this.#services?.queues.stop();
    await this.#services?.tables.stop();
    await this.#listener.stop();
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
    const reply = await this.#answer(request, Buffer.concat(parts));
    if (reply === "cut") request.socket.destroy();
    else response.writeHead(reply.status, reply.headers).end(reply.body);
  }

  async #answer(request: IncomingMessage, body: Buffer): Promise<HttpReply | "cut"> {
    let call: ServiceCall | undefined;
    try {
      call = readCall(request.headers, body);
      const caller = this.#callerOf(call);
      const isDown = call.service === "sqs" ? this.faults.queue === "down" : this.faults.sink === "down";
      if (isDown && caller !== undefined) return "cut";
      if (call.service === "sqs") return jsonReply(await this.#queueCall(caller, call.action, call.input));
      if (caller !== undefined) {
        for (const { action, resource } of tableResources(call.action, call.input))
          this.#played.authorization.check(caller, action, resource);
        if (this.faults.sink === "throttled")
          throw new AwsFault("ThrottlingException", "Throughput exceeds the current capacity of your table or index.");
      }
      return await this.#played.tables.forward(request.headers, body);
    } catch (fault) {
      if (fault instanceof AwsFault) return faultReply(fault, call?.service);
      throw fault;
    }
  }

  async #queueCall(caller: Caller, action: string, input: ActionInput): Promise<unknown> {
    const { queues, authorization } = this.#played;
    if (caller !== undefined) {
      const queue = queues.target(input);
      // A batch needs the permission of the single action (SQS Developer Guide, "Actions, resources, condition keys").
      authorization.check(caller, `sqs:${action.replace(/Batch$/, "")}`, queue?.settings.arn ?? "*");
    }
    return queues.call(action, input, { senderId: caller?.name ?? OPERATOR_CREDENTIALS.accessKeyId });
  }

  #callerOf({ accessKeyId }: ServiceCall): Caller {
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
