/** The stack's HTTP API as the gateway plays it: read and checked once, before the first request. */
import { type AccessLog, compileAccessLog } from "./access-log";
import { mustBe } from "./arguments";
import type { Choices } from "./aws-assumptions";
import { propertyUnplayable, resourceMissing, resourcesTooMany } from "./errors";
import { type Integration, integrationOf } from "./integration-resources";
import { isRouteKey, type Route, RouteTable } from "./routes";
import type { Resource, Template } from "./template";
import type { ThrottleLimits } from "./throttle";

export interface HttpApi {
  readonly id: string;
  readonly routes: RouteTable<Integration>;
  /** Undefined: the account's own limits, which a local run does not reach. */
  readonly throttle: ThrottleLimits | undefined;
  readonly accessLog: AccessLog | undefined;
}

/** @throws LocalRunError for what the gateway cannot play */
export function readHttpApi(template: Template, choices: Choices): HttpApi {
  const api = only(template, "aws_apigatewayv2_api");
  mustBe(api, "protocol_type", ["HTTP"], "The local run plays HTTP APIs.");
  // With a domain of its own, the API's address on the loopback stands for that.
  if (template.resources("aws_apigatewayv2_api_mapping").length === 0)
    mustBe(api, "disable_execute_api_endpoint", [undefined, false], "Without a domain nothing reaches it then.");
  const stage = only(template, "aws_apigatewayv2_stage");
  mustBe(stage, "name", ["$default"], "The local run plays the stage $default, whose URL has no path of its own.");
  mustBe(stage, "auto_deploy", [true], "Without it the API has no deployment and answers 404.");
  const integrations = new Map(
    template
      .resources("aws_apigatewayv2_integration")
      .map((resource) => [
        `integrations/${String(resource.attribute("id"))}`,
        integrationOf(resource, template, choices),
      ]),
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
