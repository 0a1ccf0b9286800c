import { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "constructs";
import { accessLogGroupName, resourceName } from "../names";
import type { Settings } from "../settings";
import { logGroup } from "./log-group";

export interface HttpApiProps {
  readonly environment: string;
  /** @default the account's limits */
  readonly throttle: Settings["throttle"];
  readonly logRetentionDays: number;
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

/** The HTTP API, its only stage and the access log. What a request does is the ingress's business. */
export class HttpApi extends Construct {
  readonly api: Apigatewayv2Api;
  readonly accessLog: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, { environment, throttle, logRetentionDays }: HttpApiProps) {
    super(scope, id);
    this.api = new Apigatewayv2Api(this, "api", {
      name: resourceName(environment, "api"),
      description: "Takes webhooks in.",
      protocolType: "HTTP",
    });
    this.accessLog = logGroup(this, "access-log", accessLogGroupName(environment), logRetentionDays);
    new Apigatewayv2Stage(this, "stage", {
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
  }
}
