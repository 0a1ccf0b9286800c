/** The settings of an aws_apigatewayv2_integration: what the gateway hands a request to. */
import { mustBe } from "./arguments";
import type { Choices } from "./aws-assumptions";
import { propertyUnplayable } from "./errors";
import { compileMapping, type Mapping } from "./parameter-mapping";
import type { Resource, Template } from "./template";

/** SQS-SendMessage: a queue gets what is mapped from the request. */
export interface QueueIntegration {
  readonly kind: "queue";
  readonly roleArn: string;
  readonly timeoutMs: number;
  readonly queueUrl: Mapping;
  readonly messageBody: Mapping;
  readonly messageAttributes: Mapping | undefined;
}

/** A function gets the whole request and gives the answer. */
export interface FunctionIntegration {
  readonly kind: "function";
  readonly functionName: string;
  readonly timeoutMs: number;
}

export type Integration = QueueIntegration | FunctionIntegration;

/** API Gateway quotas, HTTP API, integration timeout: also the default. */
const INTEGRATION_TIMEOUT_MS = 30_000;
const REQUEST_PARAMETERS = ["QueueUrl", "MessageBody", "MessageAttributes"];

/** @throws LocalRunError for an integration that the gateway cannot play */
export function integrationOf(resource: Resource, template: Template, choices: Choices): Integration {
  mustBe(resource, "integration_type", ["AWS_PROXY"], "The local run plays AWS_PROXY.");
  return resource.properties.integration_subtype === undefined
    ? functionIntegration(resource, template)
    : queueIntegration(resource, choices);
}

function functionIntegration(resource: Resource, template: Template): FunctionIntegration {
  mustBe(resource, "payload_format_version", ["2.0"], "Of payload formats the local run plays 2.0.");
  mustBe(resource, "integration_method", [undefined, "POST"], "Lambda is called by POST.");
  const { integration_uri: uri } = resource.properties;
  const invoked = template.resources("aws_lambda_function").find((one) => one.attribute("invoke_arn") === uri);
  if (invoked === undefined)
    throw propertyUnplayable(
      resource.address,
      "integration_uri",
      uri,
      "Without an integration_subtype it must be the invoke_arn of a function of the stack.",
    );
  return {
    kind: "function",
    functionName: String(invoked.properties.function_name),
    timeoutMs: timeoutOf(resource),
  };
}

function queueIntegration(resource: Resource, choices: Choices): QueueIntegration {
  mustBe(resource, "integration_subtype", ["SQS-SendMessage"], "The local run plays SQS-SendMessage.");
  mustBe(resource, "payload_format_version", ["1.0"], "SQS-SendMessage takes 1.0.");
  const { credentials_arn: roleArn, request_parameters: given } = resource.properties;
  if (typeof roleArn !== "string")
    throw propertyUnplayable(resource.address, "credentials_arn", roleArn, "SQS-SendMessage needs a role.");
  const parameters = (given ?? {}) as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(parameters).find((name) => !REQUEST_PARAMETERS.includes(name));
  if (unknown !== undefined)
    throw propertyUnplayable(
      resource.address,
      `request_parameters.${unknown}`,
      parameters[unknown],
      `The local run plays ${REQUEST_PARAMETERS.join(", ")}.`,
    );
  const mapping = (name: string): Mapping => {
    const source = parameters[name];
    const compiled = typeof source === "string" ? compileMapping(name, source, choices) : undefined;
    if (compiled === undefined)
      throw propertyUnplayable(
        resource.address,
        `request_parameters.${name}`,
        source,
        "The local run plays text, $request.body, $request.header.<name> and $context.<variable>.",
      );
    return compiled;
  };
  return {
    kind: "queue",
    roleArn,
    timeoutMs: timeoutOf(resource),
    queueUrl: mapping("QueueUrl"),
    messageBody: mapping("MessageBody"),
    messageAttributes: parameters.MessageAttributes === undefined ? undefined : mapping("MessageAttributes"),
  };
}

function timeoutOf({ properties: { timeout_milliseconds: timeoutMs } }: Resource): number {
  return typeof timeoutMs === "number" ? timeoutMs : INTEGRATION_TIMEOUT_MS;
}
