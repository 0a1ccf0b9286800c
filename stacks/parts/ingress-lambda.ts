import { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { Apigatewayv2Route } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { Construct } from "constructs";
import { INTEGRATION_TIMEOUT_MS } from "../limits";
import type { HttpApi } from "./http-api";
import type { Publisher } from "./publisher";

export interface LambdaIngressProps {
  readonly api: HttpApi;
  readonly publisher: Publisher;
}

const ROUTE_KEY = "$default";

/** API Gateway hands every request to the publisher, whatever its method and path, and its answer to the sender. */
export class LambdaIngress extends Construct {
  constructor(scope: Construct, id: string, { api, publisher }: LambdaIngressProps) {
    super(scope, id);
    const permission = new LambdaPermission(this, "permission", {
      statementId: "api",
      action: "lambda:InvokeFunction",
      functionName: publisher.function.functionName,
      principal: "apigateway.amazonaws.com",
      // This API's only route, on any of its stages.
      sourceArn: `${api.api.executionArn}/*/${ROUTE_KEY}`,
    });
    const integration = new Apigatewayv2Integration(this, "publish", {
      apiId: api.api.id,
      description: "Hands the request to the publisher.",
      integrationType: "AWS_PROXY",
      // Of the call to Lambda, not of the request.
      integrationMethod: "POST",
      integrationUri: publisher.function.invokeArn,
      payloadFormatVersion: "2.0",
      timeoutMilliseconds: INTEGRATION_TIMEOUT_MS.value,
    });
    new Apigatewayv2Route(this, "route-default", {
      apiId: api.api.id,
      routeKey: ROUTE_KEY,
      target: `integrations/${integration.id}`,
      // An API that changes its ingress changes this route: no request may come before the publisher can take it.
      dependsOn: [permission, publisher.rights],
    });
  }
}
