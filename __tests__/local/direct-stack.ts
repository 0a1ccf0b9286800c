/** The Terraform JSON of a small direct ingress, as the stacks write it. */

const ATTRIBUTES = {
  trusted: {
    DataType: "String",
    StringValue:
      "direct default $${context.requestId} $${context.requestTimeEpoch} $${context.identity.sourceIp} $${context.httpMethod} $${context.path}",
  },
  headers: {
    DataType: "String",
    StringValue: "$${request.header.content-type}\n$${request.header.x-github-event}\n$${context.requestId}",
  },
};

export interface DirectStack {
  readonly stage?: object;
  readonly api?: object;
  readonly integration?: object;
  readonly requestParameters?: object;
  readonly route?: object;
  /** Route keys to the integration that takes the body. @default $default */
  readonly routeKeys?: readonly string[];
}

export function directStack(more: DirectStack = {}): object {
  const integration = (body: string) => ({
    api_id: "${aws_apigatewayv2_api.api.id}",
    integration_type: "AWS_PROXY",
    integration_subtype: "SQS-SendMessage",
    payload_format_version: "1.0",
    credentials_arn: "${aws_iam_role.ingress.arn}",
    request_parameters: {
      QueueUrl: "${aws_sqs_queue.events.url}",
      MessageBody: body,
      MessageAttributes: JSON.stringify(ATTRIBUTES),
      ...more.requestParameters,
    },
    ...more.integration,
  });
  const route = (key: string, name: string) => ({
    api_id: "${aws_apigatewayv2_api.api.id}",
    route_key: key,
    target: `integrations/\${aws_apigatewayv2_integration.${name}.id}`,
    ...more.route,
  });
  const withBody = (more.routeKeys ?? ["$default"]).map((key, index) => [`body-${index}`, route(key, "body")]);
  return {
    resource: {
      aws_sqs_queue: { events: { name: "events" } },
      aws_iam_role: { ingress: { name: "ingress", assume_role_policy: "{}" } },
      aws_apigatewayv2_api: { api: { name: "api", protocol_type: "HTTP", ...more.api } },
      aws_apigatewayv2_stage: {
        stage: { api_id: "${aws_apigatewayv2_api.api.id}", name: "$default", auto_deploy: true, ...more.stage },
      },
      aws_apigatewayv2_integration: {
        body: integration("$request.body"),
        greeting: integration("hello from $${context.path}"),
      },
      aws_apigatewayv2_route: {
        ...Object.fromEntries(withBody),
        root: route("GET /", "greeting"),
        below: route("GET /{proxy+}", "greeting"),
        head: route("HEAD /{proxy+}", "greeting"),
      },
    },
  };
}
