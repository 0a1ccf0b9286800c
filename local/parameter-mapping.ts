/**
 * Parameter mapping of a first-class integration: from a request to the parameters of the service's action.
 * Source: API Gateway Developer Guide, "Create AWS service integrations for HTTP APIs", mapping request parameters.
 */
import type { Choices } from "./aws-assumptions";

/** What a mapping may read. */
export interface MappingInput {
  /** Undefined when the request has none. */
  readonly body: string | undefined;
  /** By lower-case name; several of a name are joined with a comma, as documented. */
  readonly headers: ReadonlyMap<string, string>;
  /** `$context` variables, by what follows `$context.`. */
  readonly context: Readonly<Record<string, string>>;
}

/** A mapping that AWS would not resolve; the sender gets a 4xx. */
export class MappingRefused extends Error {
  override readonly name = "MappingRefused";
}

/** Gives the value of a parameter, or undefined when what it selects is not there. */
type Select = (input: MappingInput) => string | undefined;

export type Mapping = (input: MappingInput) => string;

/** `$request.body`, `$context.requestId`, …: the whole value is one selection. */
const SELECTION = /^\$((?:request|context)\.[A-Za-z0-9_.-]+)$/;
const INTERPOLATION = /\$\{([^{}]*)\}/g;

/**
 * Reads a mapping once, so that a request only evaluates it.
 * @param parameter its name, for the refusal
 * @returns undefined for a selection that the local run does not know
 */
export function compileMapping(parameter: string, source: string, choices: Choices): Mapping | undefined {
  const selection = SELECTION.exec(source)?.[1];
  if (selection !== undefined) return plain(parameter, source, selectionOf(selection));
  const parts = partsOf(source, choices);
  if (parts === undefined) return undefined;
  return (input) => parts.map((part) => (typeof part === "string" ? part : part(input))).join("");
}

function plain(parameter: string, source: string, select: Select | undefined): Mapping | undefined {
  if (select === undefined) return undefined;
  return (input) => {
    const value = select(input);
    if (value === undefined) throw new MappingRefused(`Unable to resolve property ${parameter} from source ${source}`);
    return value;
  };
}

function partsOf(source: string, choices: Choices): (string | Mapping)[] | undefined {
  const parts: (string | Mapping)[] = [];
  let end = 0;
  for (const { 0: whole, 1: name = "", index } of source.matchAll(INTERPOLATION)) {
    const select = selectionOf(name);
    if (select === undefined) return undefined;
    parts.push(source.slice(end, index), interpolated(whole, select, choices));
    end = index + whole.length;
  }
  return [...parts, source.slice(end)];
}

function interpolated(source: string, select: Select, choices: Choices): Mapping {
  return (input) => {
    const value = select(input);
    if (value === undefined && choices.absentInInterpolation === "refused")
      throw new MappingRefused(`Unable to resolve ${source}`);
    return choices.interpolatedQuotes === "escaped" ? JSON.stringify(value ?? "").slice(1, -1) : (value ?? "");
  };
}

/** The variables of `$context` that the local run gives a value. */
export const CONTEXT_VARIABLES = [
  "requestId",
  "extendedRequestId",
  "requestTimeEpoch",
  "identity.sourceIp",
  "identity.userAgent",
  "httpMethod",
  "path",
  "protocol",
  "routeKey",
  "stage",
  "apiId",
  "accountId",
  "domainName",
] as const;

/** @param name such as `request.header.x-github-event`, without the dollar */
function selectionOf(name: string): Select | undefined {
  if (name === "request.body") return ({ body }) => body;
  if (name.startsWith("request.header.")) {
    const header = name.slice("request.header.".length).toLowerCase();
    return header === "" ? undefined : ({ headers }) => headers.get(header);
  }
  const variable = CONTEXT_VARIABLES.find((known) => name === `context.${known}`);
  return variable === undefined ? undefined : ({ context }) => context[variable];
}
