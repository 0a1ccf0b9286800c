import { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { Apigatewayv2Route } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { dependable, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Source } from "../../functions/environment";
import { BODY, escapeForTerraform, GREETING, messageAttributes } from "../direct-message";
import { setRoutes } from "../direct-routes";
import { DEFAULT_SET, type HeaderSet, headerSet } from "../header-sets";
import { REQUEST_PARAMETER_CHARACTERS } from "../limits";
import type { ResourceNames } from "../names";
import { policy, trust } from "../policy";
import type { Senders } from "../settings";
import { isOwnSet } from "../source-headers";
import type { HttpApi } from "./http-api";

export interface DirectIngressProps {
  readonly names: ResourceNames;
  readonly api: HttpApi;
  readonly queue: SqsQueue;
  readonly senders: Senders;
  /** Whose headers travel whatever the senders say. */
  readonly sources: readonly Source[];
}

/** Methods whose requests have no body, which SQS would refuse as an empty message. */
const METHODS_WITHOUT_BODY = ["GET", "HEAD", "DELETE", "OPTIONS"] as const;

/** API Gateway writes each request to the queue itself: no function, so a burst costs no concurrency. */
export class DirectIngress extends Construct {
  private readonly role: IamRole;
  private readonly ofSources: Apigatewayv2Integration[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DirectIngressProps,
  ) {
    super(scope, id);
    const name = props.names.of("ingress");
    this.role = new IamRole(this, "role", { name, assumeRolePolicy: trust("apigateway.amazonaws.com") });
    new IamRolePolicy(this, "role-policy", {
      name: "send",
      role: this.role.name,
      policy: policy({ Effect: "Allow", Action: "sqs:SendMessage", Resource: props.queue.arn }),
    });
    this.addRoutes();
  }

  /** Has the headers of a source travel in a set of its own only when who reads them knows that set. */
  sendSourcesAfter(reader: ITerraformDependable): void {
    for (const integration of this.ofSources) integration.dependsOn = [dependable(reader)];
  }

  private addRoutes(): void {
    const { senders, sources } = this.props;
    const withBody = this.integration("send-body", headerSet(DEFAULT_SET), BODY);
    this.route("default", "$default", withBody);

    const withoutBody = this.integration("send-greeting", headerSet(DEFAULT_SET), GREETING);
    for (const method of METHODS_WITHOUT_BODY) this.routesTo(method, "/", withoutBody, true);

    for (const { id, set, paths } of setRoutes(senders, sources)) {
      const integration = set.name === DEFAULT_SET ? withBody : this.integration(`send-${id}`, set, BODY);
      if (isOwnSet(set)) this.ofSources.push(integration);
      for (const [path, isBelow] of paths) this.routesTo("POST", path, integration, isBelow);
    }
  }

  private integration(id: string, set: HeaderSet, body: string): Apigatewayv2Integration {
    const { api, queue } = this.props;
    this.node.addValidation({ validate: () => lengthProblems(set) });
    return new Apigatewayv2Integration(this, id, {
      apiId: api.api.id,
      description: `Sends to the events queue with the headers of the set ${set.name}.`,
      integrationType: "AWS_PROXY",
      integrationSubtype: "SQS-SendMessage",
      payloadFormatVersion: "1.0",
      credentialsArn: this.role.arn,
      requestParameters: {
        QueueUrl: queue.url,
        MessageBody: escapeForTerraform(body),
        MessageAttributes: escapeForTerraform(messageAttributes(set)),
      },
    });
  }

  /** A greedy path variable matches what is below a path only, so the path has a route of its own. */
  private routesTo(method: string, path: string, integration: Apigatewayv2Integration, isBelow: boolean): void {
    const base = path === "/" ? "" : path;
    const id = `${method.toLowerCase()}${identifier(base)}`;
    this.route(id, `${method} ${path}`, integration);
    if (isBelow) this.route(`${id}-below`, `${method} ${base}/{proxy+}`, integration);
  }

  private route(id: string, routeKey: string, integration: Apigatewayv2Integration): void {
    new Apigatewayv2Route(this, `route-${id}`, {
      apiId: this.props.api.api.id,
      routeKey,
      target: `integrations/${integration.id}`,
    });
  }
}

/** A set that grew too long is found here and not by AWS in the middle of a deployment. */
function lengthProblems(set: HeaderSet): string[] {
  const { value: most, source } = REQUEST_PARAMETER_CHARACTERS;
  const length = messageAttributes(set).length;
  if (length <= most) return [];
  return [
    `MessageAttributes of the header set "${set.name}" has ${length} characters; API Gateway takes ${most} (${source}). ` +
      "Take a header out of the set in stacks/header-sets.ts.",
  ];
}

const ESCAPES: Readonly<Record<string, string>> = { "/": "_", "-": "--", _: "-u", ".": "-d", "~": "-t" };

/** A path as part of a Terraform identifier (letters, digits, _ and -): no two paths give the same one. */
function identifier(path: string): string {
  return path.replace(/[^A-Za-z0-9]/g, (character) => ESCAPES[character] ?? "");
}
