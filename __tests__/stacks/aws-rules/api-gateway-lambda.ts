import { type Json, type Resource, resource, resources, type StackJson } from "../synthesized";
import { type AwsRule, num, referred, str, within } from "./rule";

const INTEGRATION = "aws_apigatewayv2_integration.ingress_publish";
const PERMISSION = "aws_lambda_permission.ingress_permission";
const FUNCTION = "aws_lambda_function.publisher_function";

const lambdaIntegrations = (stack: StackJson) =>
  resources(stack, "aws_apigatewayv2_integration").filter(({ properties }) => properties.integration_uri !== undefined);
const functionOf = ({ properties }: Resource) => referred(properties.integration_uri) ?? "";

/** The API that a permission is for: what its source ARN starts with. */
const apiOf = (sourceArn: unknown) =>
  /^\$\{(aws_apigatewayv2_api\.[\w-]+)\.execution_arn\}\/\*\/(?:\$default|\*)$/.exec(String(sourceArn))?.[1];

/** Whether a source is a rule of EventBridge's that the stack has. */
function isSchedule(stack: StackJson, source: Json | undefined): boolean {
  return resources(stack, "aws_cloudwatch_event_rule").some(({ address }) => source === `\${${address}.arn}`);
}

export const API_GATEWAY_LAMBDA_RULES: readonly AwsRule[] = [
  {
    name: "a Lambda integration is complete, and has nothing of an AWS service integration",
    source: "API Gateway Developer Guide, AWS Lambda proxy integrations for HTTP APIs",
    breaks: "lambda",
    problems: (stack) =>
      lambdaIntegrations(stack).flatMap(({ address, properties }) => [
        ...(properties.integration_type === "AWS_PROXY" ? [] : [`${address}: integration_type is not AWS_PROXY`]),
        ...(/^\$\{aws_lambda_function\.[\w-]+\.(?:invoke_)?arn\}$/.test(str(properties.integration_uri))
          ? []
          : [`${address}: ${str(properties.integration_uri)} is no function's ARN`]),
        ...(properties.integration_method === "POST" ? [] : [`${address}: Lambda is called with POST`]),
        ...(["1.0", "2.0"].includes(str(properties.payload_format_version))
          ? []
          : [`${address}: there is no payload format ${str(properties.payload_format_version)}`]),
        ...["integration_subtype", "request_parameters", "credentials_arn"]
          .filter((name) => properties[name] !== undefined)
          .map((name) => `${address}: has ${name}`),
      ]),
    breakIt: (stack) => {
      Object.assign(resource(stack, INTEGRATION), {
        integration_type: "AWS",
        integration_uri: "${aws_lambda_function.publisher_function.function_name}",
        integration_method: "GET",
        payload_format_version: "3.0",
        request_parameters: { MessageBody: "$request.body" },
      });
    },
    found: [
      `${INTEGRATION}: integration_type is not AWS_PROXY`,
      `${INTEGRATION}: \${${FUNCTION}.function_name} is no function's ARN`,
      `${INTEGRATION}: Lambda is called with POST`,
      `${INTEGRATION}: there is no payload format 3.0`,
      `${INTEGRATION}: has request_parameters`,
    ],
  },
  {
    name: "an integration waits 50 to 30,000 ms, and longer than its function runs",
    source: "API Gateway API, CreateIntegration, timeoutInMillis; quotas for HTTP APIs, integration timeout",
    breaks: "lambda",
    problems: (stack) =>
      lambdaIntegrations(stack).flatMap((integration) => {
        const { address, properties } = integration;
        const waits = num(properties.timeout_milliseconds, 30_000);
        const runs = num(resource(stack, functionOf(integration)).timeout, 3) * 1_000;
        return [
          ...within(address, "timeout_milliseconds", waits, 50, 30_000),
          ...(runs < waits ? [] : [`${address}: waits ${waits} ms for a function that runs up to ${runs} ms`]),
        ];
      }),
    breakIt: (stack) => {
      resource(stack, INTEGRATION).timeout_milliseconds = 31_000;
      resource(stack, FUNCTION).timeout = 31;
    },
    found: [
      `${INTEGRATION}: timeout_milliseconds is 31000, not 50–30000`,
      `${INTEGRATION}: waits 31000 ms for a function that runs up to 31000 ms`,
    ],
  },
  {
    name: "the function of an integration lets its API invoke it",
    source: "API Gateway Developer Guide, AWS Lambda proxy integrations for HTTP APIs: 500 without the permission",
    breaks: "lambda",
    problems: (stack) =>
      lambdaIntegrations(stack).flatMap((integration) => {
        const [api, target] = [referred(integration.properties.api_id), functionOf(integration)];
        const isAllowed = resources(stack, "aws_lambda_permission").some(
          ({ properties }) =>
            referred(properties.function_name) === target &&
            properties.action === "lambda:InvokeFunction" &&
            properties.principal === "apigateway.amazonaws.com" &&
            apiOf(properties.source_arn) === api,
        );
        return isAllowed ? [] : [`${integration.address}: ${api} may not invoke ${target}`];
      }),
    breakIt: (stack) => {
      resource(stack, PERMISSION).principal = "events.amazonaws.com";
    },
    found: [`${INTEGRATION}: aws_apigatewayv2_api.http_api may not invoke ${FUNCTION}`],
  },
  {
    name: "a permission is for one API of the stack, on its default route, or for one schedule of it",
    source: "Lambda Developer Guide, resource-based policies: a service without a source is every customer of it",
    breaks: "lambda",
    problems: (stack) =>
      resources(stack, "aws_lambda_permission").flatMap(({ address, properties }) =>
        apiOf(properties.source_arn) === undefined && !isSchedule(stack, properties.source_arn)
          ? [`${address}: its source is ${JSON.stringify(properties.source_arn)}`]
          : [],
      ),
    breakIt: (stack) => {
      resource(stack, PERMISSION).source_arn = "arn:aws:execute-api:us-east-1:123456789012:*/*/$default";
      Object.assign(stack.resource.aws_lambda_permission ?? {}, { anybody: {} });
    },
    found: [
      `${PERMISSION}: its source is "arn:aws:execute-api:us-east-1:123456789012:*/*/$default"`,
      "aws_lambda_permission.anybody: its source is undefined",
    ],
  },
];
