/** Route keys of an HTTP API and which one a request takes. Source: API Gateway Developer Guide, "Routing API requests". */
import type { Choices } from "./aws-assumptions";

export interface Route<Target> {
  /** As in the stack: "$default", "POST /github", "GET /{proxy+}". */
  readonly key: string;
  readonly target: Target;
}

interface Pattern<Target> extends Route<Target> {
  readonly method: string;
  readonly segments: readonly string[];
  /** Ends in a greedy variable, which is not among the segments. */
  readonly isGreedy: boolean;
}

const ANY = "ANY";
const DEFAULT = "$default";
const ROUTE_KEY = /^([A-Z]+) (\/\S*)$/;
const VARIABLE = /^\{[^{}]+\}$/;
const GREEDY_VARIABLE = /^\{[^{}]+\+\}$/;

/** Whether a route key can be routed here. */
export function isRouteKey(key: string): boolean {
  return key === DEFAULT || ROUTE_KEY.test(key);
}

/**
 * Full matches go first, then greedy ones, the longer first, then `$default`; of equal paths, the request's own method
 * goes before ANY, and a written segment before a variable.
 */
export class RouteTable<Target> {
  readonly #patterns: readonly Pattern<Target>[];
  readonly #default: Route<Target> | undefined;

  constructor(
    routes: readonly Route<Target>[],
    private readonly choices: Pick<Choices, "trailingSlash">,
  ) {
    this.#default = routes.find(({ key }) => key === DEFAULT);
    this.#patterns = routes
      .filter(({ key }) => key !== DEFAULT)
      .map(patternOf)
      .sort(byPrecedence);
  }

  /** @param path without the query, as it was sent */
  match(method: string, path: string): Route<Target> | undefined {
    const segments = segmentsOf(path);
    return this.#patterns.find((pattern) => this.#matches(pattern, method, segments)) ?? this.#default;
  }

  #matches(pattern: Pattern<Target>, method: string, segments: readonly string[]): boolean {
    if (pattern.method !== ANY && pattern.method !== method) return false;
    if (!pattern.segments.every((segment, index) => matchesSegment(segment, segments[index]))) return false;
    if (!pattern.isGreedy) return pattern.segments.length === segments.length;
    const rest = segments.slice(pattern.segments.length);
    const isNothing = rest.length === 1 && rest[0] === "" && this.choices.trailingSlash !== "child";
    return rest.length > 0 && !isNothing;
  }
}

function patternOf<Target>(route: Route<Target>): Pattern<Target> {
  const [, method = "", path = ""] = ROUTE_KEY.exec(route.key) ?? [];
  const segments = segmentsOf(path);
  const isGreedy = GREEDY_VARIABLE.test(segments.at(-1) ?? "");
  return { ...route, method, segments: isGreedy ? segments.slice(0, -1) : segments, isGreedy };
}

/** "/" has one empty segment, so that it is told from "/a" and, like "/a/", ends in nothing. */
function segmentsOf(path: string): readonly string[] {
  return path.slice(1).split("/");
}

function matchesSegment(pattern: string, segment: string | undefined): boolean {
  if (segment === undefined) return false;
  return VARIABLE.test(pattern) ? segment !== "" : pattern === segment;
}

function byPrecedence<Target>(a: Pattern<Target>, b: Pattern<Target>): number {
  const variables = (pattern: Pattern<Target>) => pattern.segments.filter((segment) => VARIABLE.test(segment)).length;
  return (
    Number(a.isGreedy) - Number(b.isGreedy) ||
    b.segments.length - a.segments.length ||
    variables(a) - variables(b) ||
    Number(a.method === ANY) - Number(b.method === ANY)
  );
}
