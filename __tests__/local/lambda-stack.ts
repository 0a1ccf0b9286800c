/** The Terraform JSON of a small lambda ingress, as the stacks write it, and a played one. */

import { AwsEndpoint } from "../../local/endpoint";
import { type Gateway, startGateway } from "../../local/gateway";
import { LambdaService } from "../../local/lambda-service";
import { listenOnLoopback } from "../../local/loopback";
import { Timeline } from "../../local/timeline";
import { bundleOf, writeHandler } from "./handler-file";
import { templateOf } from "./written-stack";

export interface LambdaStack {
  readonly function?: object;
  readonly integration?: object;
  /** Undefined: as the stacks have it; null: none at all. */
  readonly permission?: object | null;
  readonly routeKeys?: readonly string[];
  readonly stage?: object;
  readonly more?: object;
}

export function lambdaStack(bundleFile: string, written: LambdaStack = {}): object {
  const api_id = "${aws_apigatewayv2_api.api.id}";
  const { routeKeys = ["$default"], permission } = written;
  return {
    data: { archive_file: { code: { type: "zip", source_file: bundleFile, output_path: "code.zip" } } },
    resource: {
      aws_iam_role: { publish: { name: "publish", assume_role_policy: "{}" } },
      aws_lambda_function: {
        publish: {
          function_name: "publish",
          role: "${aws_iam_role.publish.arn}",
          handler: "index.handler",
          runtime: "nodejs22.x",
          filename: "${data.archive_file.code.output_path}",
          timeout: 10,
          memory_size: 512,
          ...written.function,
        },
      },
      ...(permission !== null && {
        aws_lambda_permission: {
          api: {
            statement_id: "api",
            action: "lambda:InvokeFunction",
            function_name: "${aws_lambda_function.publish.function_name}",
            principal: "apigateway.amazonaws.com",
            source_arn: "${aws_apigatewayv2_api.api.execution_arn}/*/$default",
            ...permission,
          },
        },
      }),
      aws_apigatewayv2_api: { api: { name: "api", protocol_type: "HTTP" } },
      aws_apigatewayv2_stage: { stage: { api_id, name: "$default", auto_deploy: true, ...written.stage } },
      aws_apigatewayv2_integration: {
        publish: {
          api_id,
          integration_type: "AWS_PROXY",
          integration_method: "POST",
          integration_uri: "${aws_lambda_function.publish.invoke_arn}",
          payload_format_version: "2.0",
          timeout_milliseconds: 5_000,
          ...written.integration,
        },
      },
      aws_apigatewayv2_route: Object.fromEntries(
        routeKeys.map((route_key, index) => [
          `route-${index}`,
          { api_id, route_key, target: "integrations/${aws_apigatewayv2_integration.publish.id}" },
        ]),
      ),
      ...written.more,
    },
  };
}

/** The gateway with a real function behind it. */
export class PlayedLambdaIngress {
  private constructor(
    readonly gateway: Gateway,
    readonly accessLog: readonly string[],
    readonly timeline: Timeline,
    readonly endpoint: AwsEndpoint,
    readonly lambda: LambdaService,
  ) {}

  /** @param handler the body of the function; it has `event` and `context` */
  static async start(handler: string, written: LambdaStack = {}): Promise<PlayedLambdaIngress> {
    const timeline = new Timeline();
    const endpoint = await AwsEndpoint.listen();
    const listener = await listenOnLoopback(0);
    const origins = { aws: endpoint.url, api: listener.url };
    const template = templateOf(lambdaStack(writeHandler(handler), written), origins);
    await endpoint.play(template, timeline);
    const lambda = new LambdaService({ template, endpoint, timeline, bootstrapFile });
    const accessLog: string[] = [];
    const gateway = await startGateway({
      template,
      timeline,
      port: listener,
      awsEndpoint: endpoint.url,
      credentialsFor: (arn) => endpoint.credentialsFor(arn),
      invoke: (call) => lambda.invokeForApi(call),
      onAccessLog: (line) => accessLog.push(line),
    });
    return new PlayedLambdaIngress(gateway, accessLog, timeline, endpoint, lambda);
  }

  async stop(): Promise<void> {
    this.lambda.stop();
    await this.gateway.stop();
    await this.endpoint.stop();
  }
}

const bootstrapFile = bundleOf("bootstrap.ts");
