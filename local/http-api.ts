/** The stack's HTTP API as the gateway plays it: read and checked once, before the first request. */
import { type AccessLog, compileAccessLog } from "./access-log";
import type { Choices } from "./aws-assumptions";
import { propertyUnplayable, resourceMissing, resourcesTooMany } from "./errors";
import { compileMapping, type Mapping } from "./parameter-mapping";
import { isRouteKey, type Route, RouteTable } from "./routes";
import type { Resource, Template } from "./template";
import type { ThrottleLimits } from "./throttle";

/** An SQS-SendMessage integration. */
export interface Integration {
  readonly roleArn: string;
  readonly timeoutMs: number;
  readonly queueUrl: Mapping;
  readonly messageBody: Mapping;
  readonly messageAttributes: Mapping | undefined;
}

export interface HttpApi {
  readonly id: string;
  readonly routes: RouteTable<Integration>;
  /** Undefined: the account's own limits, which a local run does not reach. */
  readonly throttle: ThrottleLimits | undefined;
  readonly accessLog: AccessLog | undefined;
}

/** API Gateway quotas, HTTP API, integration timeout: also the default. */
const INTEGRATION_TIMEOUT_MS = 30_000;
const REQUEST_PARAMETERS = ["QueueUrl", "MessageBody", "MessageAttributes"];

/** @throws LocalRunError for what the gateway cannot play */
export function readHttpApi(template: Template, choices: Choices): HttpApi {
  const api = only(template, "aws_apigatewayv2_api");
  mustBe(api, "protocol_type", ["HTTP"], "The local run plays HTTP APIs.");
  mustBe(api, "disable_execute_api_endpoint", [undefined, false], "There is no custom domain here to call it by.");
  const stage = only(template, "aws_apigatewayv2_stage");
  mustBe(stage, "name", ["$default"], "The local run plays the stage $default, whose URL has no path of its own.");
  mustBe(stage, "auto_deploy", [true], "Without it the API has no deployment and answers 404.");
  const integrations = new Map(
    template
      .resources("aws_apigatewayv2_integration")
      .map((resource) => [`integrations/${String(resource.attribute("id"))}`, integrationOf(resource, choices)]),
  );
  const routes = template.resources("aws_apigatewayv2_route").map((route) => routeOf(route, integrations));
  return {
    id: String(api.attribute("id")),
    routes: new RouteTable(routes, choices),
    throttle: throttleOf(stage),
    accessLog: accessLogOf(stage),
  };
}

function only(template: Template, type: string): Resource {
  const [first, second] = template.resources(type);
  if (first === undefined) throw resourceMissing(type, []);
  if (second !== undefined) throw resourcesTooMany(type, [first.address, second.address]);
  return first;
}

function mustBe(resource: Resource, property: string, allowed: readonly unknown[], rule: string): void {
  const value = resource.properties[property];
  if (!allowed.includes(value)) throw propertyUnplayable(resource.address, property, value, rule);
}

function integrationOf(resource: Resource, choices: Choices): Integration {
  mustBe(resource, "integration_type", ["AWS_PROXY"], "The local run plays AWS_PROXY.");
  mustBe(resource, "integration_subtype", ["SQS-SendMessage"], "The local run plays SQS-SendMessage.");
  mustBe(resource, "payload_format_version", ["1.0"], "SQS-SendMessage takes 1.0.");
  const { credentials_arn: roleArn, timeout_milliseconds: timeoutMs, request_parameters: given } = resource.properties;
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
    roleArn,
    timeoutMs: typeof timeoutMs === "number" ? timeoutMs : INTEGRATION_TIMEOUT_MS,
    queueUrl: mapping("QueueUrl"),
    messageBody: mapping("MessageBody"),
    messageAttributes: parameters.MessageAttributes === undefined ? undefined : mapping("MessageAttributes"),
  };
}

function routeOf(route: Resource, integrations: ReadonlyMap<string, Integration>): Route<Integration> {
  mustBe(route, "authorization_type", [undefined, "NONE"], "The local run plays no authorizers.");
  const { route_key: key, target } = route.properties;
  if (typeof key !== "string" || !isRouteKey(key))
    throw propertyUnplayable(route.address, "route_key", key, 'A route key is "$default" or "METHOD /path".');
  const integration = typeof target === "string" ? integrations.get(target) : undefined;
  if (integration === undefined)
    throw propertyUnplayable(route.address, "target", target, "It names no integration of the stack.");
  return { key, target: integration };
}

/** A limit that is not set beside one that is counts as 0 and refuses everything, as on AWS. */
function throttleOf(stage: Resource): ThrottleLimits | undefined {
  const { throttling_rate_limit: rate, throttling_burst_limit: burst } = block(stage, "default_route_settings");
  if (rate === undefined && burst === undefined) return undefined;
  return { ratePerSecond: Number(rate ?? 0), burst: Number(burst ?? 0) };
}

function accessLogOf(stage: Resource): AccessLog | undefined {
  const { format } = block(stage, "access_log_settings");
  if (format === undefined) return undefined;
  return compileAccessLog(String(format), (variable) =>
    propertyUnplayable(
      stage.address,
      "access_log_settings.format",
      variable,
      "API Gateway Developer Guide, HTTP API access log variables.",
    ),
  );
}

/** A block that may stand once, which Terraform JSON writes as an object or as a list of one. */
function block(resource: Resource, name: string): Readonly<Record<string, unknown>> {
  const value = resource.properties[name];
  return ((Array.isArray(value) ? value[0] : value) ?? {}) as Readonly<Record<string, unknown>>;
}
