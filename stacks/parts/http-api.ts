import { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "constructs";
import type { ResourceNames } from "../names";
import type { Settings } from "../settings";
import { Domain } from "./domain";
import { logGroup } from "./log-group";

export interface HttpApiProps {
  readonly names: ResourceNames;
  /** @default the account's limits */
  readonly throttle: Settings["throttle"];
  readonly logRetentionDays: number;
  /** @default the API's own URL */
  readonly domain: Settings["domain"];
}

/** One line a request. Every value is quoted: API Gateway writes "-" for what it does not have. */
const ACCESS_LOG_FORMAT = JSON.stringify({
  requestId: "$context.requestId",
  requestTimeEpoch: "$context.requestTimeEpoch",
  routeKey: "$context.routeKey",
  method: "$context.httpMethod",
  path: "$context.path",
  sourceIp: "$context.identity.sourceIp",
  status: "$context.status",
  integrationStatus: "$context.integrationStatus",
  integrationError: "$context.integrationErrorMessage",
  integrationLatency: "$context.integrationLatency",
  responseLatency: "$context.responseLatency",
  responseLength: "$context.responseLength",
  errorType: "$context.error.responseType",
});

/** The HTTP API, its only stage, the access log, and its domain. What a request does is the ingress's business. */
export class HttpApi extends Construct {
  readonly api: Apigatewayv2Api;
  readonly accessLog: CloudwatchLogGroup;
  /** Where senders send to. */
  readonly url: string;
  /** What the domain's name must point at. Absent: there is no domain. */
  readonly domainTarget?: string;

  constructor(scope: Construct, id: string, { names, throttle, logRetentionDays, domain }: HttpApiProps) {
    super(scope, id);
    this.api = new Apigatewayv2Api(this, "api", {
      name: names.of("api"),
      description: "Takes webhooks in.",
      protocolType: "HTTP",
      // Else whoever knows that URL gets past whatever stands in front of the domain.
      ...(domain === undefined ? {} : { disableExecuteApiEndpoint: true }),
    });
    this.accessLog = logGroup(this, "access-log", names.accessLogGroup, logRetentionDays);
    const stage = new Apigatewayv2Stage(this, "stage", {
      apiId: this.api.id,
      name: "$default",
      autoDeploy: true,
      accessLogSettings: { destinationArn: this.accessLog.arn, format: ACCESS_LOG_FORMAT },
      // Both or none: a missing one counts as 0 and refuses every request.
      ...(throttle === undefined
        ? {}
        : {
            defaultRouteSettings: {
              throttlingRateLimit: throttle.ratePerSecond,
              throttlingBurstLimit: throttle.burst,
            },
          }),
    });
    this.url = domain === undefined ? this.api.apiEndpoint : `https://${domain.name}`;
    if (domain !== undefined) this.domainTarget = new Domain(this, "domain", { domain, api: this.api, stage }).target;
  }
}
