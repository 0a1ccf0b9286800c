import { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { Apigatewayv2Route } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { Construct } from "constructs";
import { BODY, escapeForTerraform, GREETING, messageAttributes } from "../direct-message";
import { DEFAULT_SET, type HeaderSetName, SENDER_NAMES } from "../header-sets";
import { REQUEST_PARAMETER_CHARACTERS } from "../limits";
import type { ResourceNames } from "../names";
import { policy, trust } from "../policy";
import type { Senders } from "../settings";
import type { HttpApi } from "./http-api";

export interface DirectIngressProps {
  readonly names: ResourceNames;
  readonly api: HttpApi;
  readonly queue: SqsQueue;
  readonly senders: Senders;
}

/** Methods whose requests have no body, which SQS would refuse as an empty message. */
const METHODS_WITHOUT_BODY = ["GET", "HEAD", "DELETE", "OPTIONS"] as const;

/** API Gateway writes each request to the queue itself: no function, so a burst costs no concurrency. */
export class DirectIngress extends Construct {
  private readonly role: IamRole;

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

  private addRoutes(): void {
    const { senders } = this.props;
    const withBody = this.integration("send-body", DEFAULT_SET, BODY);
    this.route("default", "$default", withBody);

    const withoutBody = this.integration("send-greeting", DEFAULT_SET, GREETING);
    for (const method of METHODS_WITHOUT_BODY) this.routesUnder(method, "/", withoutBody);

    for (const sender of SENDER_NAMES) {
      const paths = Object.keys(senders).filter((path) => senders[path] === sender);
      if (paths.length === 0) continue;
      const integration = this.integration(`send-${sender}`, sender, BODY);
      for (const path of paths) this.routesUnder("POST", path, integration);
    }
  }

  private integration(id: string, set: HeaderSetName, body: string): Apigatewayv2Integration {
    const { api, queue } = this.props;
    this.node.addValidation({ validate: () => lengthProblems(set) });
    return new Apigatewayv2Integration(this, id, {
      apiId: api.api.id,
      description: `Sends to the events queue with the headers of the set ${set}.`,
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
  private routesUnder(method: string, path: string, integration: Apigatewayv2Integration): void {
    const base = path === "/" ? "" : path;
    const id = `${method.toLowerCase()}${identifier(base)}`;
    this.route(id, `${method} ${path}`, integration);
    this.route(`${id}-below`, `${method} ${base}/{proxy+}`, integration);
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
function lengthProblems(set: HeaderSetName): string[] {
  const { value: most, source } = REQUEST_PARAMETER_CHARACTERS;
  const length = messageAttributes(set).length;
  if (length <= most) return [];
  return [
    `MessageAttributes of the header set "${set}" has ${length} characters; API Gateway takes ${most} (${source}). ` +
      "Take a header out of the set in stacks/header-sets.ts.",
  ];
}

const ESCAPES: Readonly<Record<string, string>> = { "/": "_", "-": "--", _: "-u", ".": "-d", "~": "-t" };

/** A path as part of a Terraform identifier (letters, digits, _ and -): no two paths give the same one. */
function identifier(path: string): string {
  return path.replace(/[^A-Za-z0-9]/g, (character) => ESCAPES[character] ?? "");
}
