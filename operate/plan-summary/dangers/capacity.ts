/** How many at once: concurrency, connections, requests. */
import type { Change } from "../plan";
import { at, list, same, shown, type Value } from "../value";
import { parameterOf } from "./parameter-group";
import { compared, type Finding } from "./rule";

interface Budget {
  readonly type: string;
  readonly path: string;
  /** What Terraform writes for "no limit", shown as "none". */
  readonly none?: number | string;
  readonly says: string;
}

const BUDGETS: readonly Budget[] = [
  {
    type: "aws_lambda_event_source_mapping",
    path: "scaling_config.0.maximum_concurrency",
    says: "The consumer's maximum concurrency changes: so many invocations, and connections, the sink gets at once.",
  },
  {
    type: "aws_lambda_function",
    path: "reserved_concurrent_executions",
    none: -1,
    says: "The function's reserved concurrency changes (0: it never runs).",
  },
  // What the migrations of this project give the consumer's role: functions/environment.ts.
  {
    type: "aws_lambda_function",
    path: "environment.0.variables.CONSUMER_CONNECTION_LIMIT",
    none: "-1",
    says: "The connection limit of the consumer's database role changes: the server itself refuses more than that.",
  },
  {
    type: "aws_lambda_provisioned_concurrency_config",
    path: "provisioned_concurrent_executions",
    says: "The function's provisioned concurrency changes.",
  },
  {
    type: "aws_db_instance",
    path: "instance_class",
    says: "The database's size changes, and with it how many connections it can serve.",
  },
  {
    type: "aws_rds_cluster_instance",
    path: "instance_class",
    says: "The database's size changes, and with it how many connections it can serve.",
  },
  {
    type: "aws_rds_cluster",
    path: "serverlessv2_scaling_configuration.0.max_capacity",
    says: "The database's largest size changes, and with it how many connections it can serve.",
  },
  {
    type: "aws_db_proxy_default_target_group",
    path: "connection_pool_config.0.max_connections_percent",
    says: "The proxy's share of the database's connections changes.",
  },
];

/** A change of a limit is told whichever way it goes: more is a load on the sink, less a backlog. */
export function budgetChanged({ before, after, type }: Change): readonly Finding[] {
  if (before === undefined || after === undefined) return [];
  const budgets = BUDGETS.filter((budget) => budget.type === type).flatMap(({ path, none, says }) => {
    const [was, becomes] = [at(before, path), at(after, path)].map((value) => (value === none ? null : value));
    // Of a function with one variable that is known later, all are.
    const isHidden = typeof becomes === "symbol" && path.startsWith("environment.");
    return same(was, becomes) || isHidden ? [] : [compared(says, was ?? null, becomes ?? null)];
  });
  return [...budgets, ...connectionsChanged(before, after, type)];
}

function connectionsChanged(before: Value, after: Value, type: string): readonly Finding[] {
  if (type !== "aws_db_parameter_group" && type !== "aws_rds_cluster_parameter_group") return [];
  const [was, becomes] = [before, after].map((side) => {
    return parameterOf(side, "max_connections");
  });
  const says =
    "The connection budget changes: so many connections the database takes at most, from its next restart on.";
  return same(was, becomes) ? [] : [compared(says, was ?? null, becomes ?? null)];
}

const THROTTLES = ["throttling_rate_limit", "throttling_burst_limit"] as const;
const GONE = "The throttle is removed: only the account's limits hold a flood back.";
const LOWERED = "The throttle is lowered: more requests get 429, and a sender that does not retry loses them.";
const CLOSED = "The throttle is 0: every request is refused.";

/** Of a stage and of its routes by their keys. */
export function throttleChanged({ before, after, type }: Change): readonly Finding[] {
  if (type !== "aws_apigatewayv2_stage" || before === undefined || after === undefined) return [];
  const stage = ofSettings(at(before, "default_route_settings.0"), at(after, "default_route_settings.0"));
  const routes = list(at(before, "route_settings")).flatMap((was) => {
    const key = at(was, "route_key");
    const becomes = list(at(after, "route_settings")).find((each) => same(at(each, "route_key"), key)) ?? null;
    return ofSettings(was, becomes).map((finding) => ({ ...finding, items: [String(key)] }));
  });
  return [...stage, ...routes];
}

/** One sentence for rate and burst, the worse of the two. */
function ofSettings(before: Value, after: Value): readonly Finding[] {
  if (!isThrottle(before)) return [];
  const tell = (says: string) => [compared(says, rates(before), rates(after))];
  if (!isThrottle(after)) return tell(GONE);
  const changes = THROTTLES.map((name) => [at(before, name), at(after, name)] as const);
  if (changes.some(([was, becomes]) => was !== 0 && becomes === 0)) return tell(CLOSED);
  const isLowered = ([was, becomes]: (typeof changes)[number]) =>
    typeof was === "number" && typeof becomes === "number" && becomes < was;
  return changes.some(isLowered) ? tell(LOWERED) : [];
}

/** Without a throttle, the provider reads both numbers as 0. What is known later may be one. */
function isThrottle(settings: Value): boolean {
  if (typeof settings === "symbol") return true;
  return THROTTLES.some((name) => {
    const value = at(settings, name);
    return typeof value === "symbol" || (typeof value === "number" && value > 0);
  });
}

function rates(settings: Value): string {
  if (!isThrottle(settings)) return "none";
  const [rate, burst] = THROTTLES.map((name) => shown(at(settings, name)));
  return `${rate} a second, ${burst} at once`;
}
