/** IAM policy documents, compared: what the new one allows that the old one did not. Pure. */
import { canonical } from "../value";

interface Statement {
  readonly isAllow: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Such as "Service lambda.amazonaws.com" or "*"; [""] in a policy of a role or user. */
  readonly principals: readonly string[];
  /** "" for none. */
  readonly condition: string;
  /** Allows or denies everything but what it names: comparable with itself only. */
  readonly isInverted: boolean;
  readonly text: string;
}

/** Over this many combinations of a statement, only its parts are compared. */
const MOST_COMBINATIONS = 10_000;

/**
 * Undefined for what is no policy document.
 * @param before undefined where there was none: everything is new
 * @returns what is wider, such as "new action: sqs:*"; empty where nothing is
 */
export function widened(before: string | undefined, after: string): readonly string[] | undefined {
  const [old, now] = [before === undefined ? [] : statementsOf(before), statementsOf(after)];
  if (old === undefined || now === undefined) return undefined;
  const allowed = now
    .filter(({ isAllow }) => isAllow)
    .flatMap((statement) =>
      newIn(
        statement,
        old.filter((s) => s.isAllow),
      ),
    );
  const denies = now.filter(({ isAllow }) => !isAllow);
  const gone = old.filter((statement) => !statement.isAllow && !denies.some((deny) => holds(deny, statement)));
  return [...new Set([...allowed, ...gone.map((deny) => `no longer denied: ${deny.actions.join(", ")}`)])];
}

/** What a new policy may give only with a reason: every action, of everything or of a service, or everybody. */
export function wildcards(document: string): readonly string[] {
  const allows = (statementsOf(document) ?? []).filter(({ isAllow }) => isAllow);
  const found = allows.flatMap(({ actions, principals, isInverted, text }) => [
    ...actions.filter((action) => /^(\*|[^:]+:\*)$/.test(action)).map((action) => `every action: ${action}`),
    ...principals.filter((principal) => /^(AWS )?\*$/.test(principal)).map(() => "every principal: *"),
    ...(isInverted ? [`everything but: ${text}`] : []),
  ]);
  return [...new Set(found)];
}

function newIn(statement: Statement, old: readonly Statement[]): readonly string[] {
  if (statement.isInverted) {
    return old.some(({ text }) => text === statement.text) ? [] : [`everything but: ${statement.text}`];
  }
  const { actions, resources, principals } = statement;
  const parts = [
    ...fresh("action", actions, (each) => old.some((s) => covers(s.actions, each))),
    ...fresh("principal", principals, (each) => old.some((s) => covers(s.principals, each))),
    ...fresh("resource", resources, (each) => old.some((s) => covers(s.resources, each))),
  ];
  if (parts.length > 0 || actions.length * resources.length * principals.length > MOST_COMBINATIONS) return parts;
  return actions.flatMap((action) =>
    principals.flatMap((principal) =>
      resources.flatMap((resource) =>
        newTogether({ ...statement, actions: [action], principals: [principal], resources: [resource] }, old),
      ),
    ),
  );
}

/** Each part is in some old statement, but perhaps not in the same. */
function newTogether(single: Statement, old: readonly Statement[]): readonly string[] {
  if (old.some((s) => holds(s, single))) return [];
  const what = `${single.actions[0]} on ${single.resources[0] || "*"}${single.principals[0] ? ` for ${single.principals[0]}` : ""}`;
  const hadCondition = old.some((s) => holds({ ...s, condition: "" }, single));
  return [hadCondition ? `other or no condition: ${what}` : `new together: ${what}`];
}

function fresh(kind: string, values: readonly string[], isOld: (value: string) => boolean): string[] {
  return values.filter((value) => value !== "" && !isOld(value)).map((value) => `new ${kind}: ${value}`);
}

/** Whether all that `narrow` says is said by `wide` already. */
function holds(wide: Statement, narrow: Statement): boolean {
  if (wide.isInverted || narrow.isInverted) return wide.text === narrow.text;
  const all = (patterns: readonly string[], values: readonly string[]) =>
    values.every((each) => covers(patterns, each));
  return (
    (wide.condition === "" || wide.condition === narrow.condition) &&
    all(wide.actions, narrow.actions) &&
    all(wide.resources, narrow.resources) &&
    all(wide.principals, narrow.principals)
  );
}

function covers(patterns: readonly string[], value: string): boolean {
  return patterns.some((pattern) => pattern === value || wildcard(pattern).test(value));
}

/** IAM's * and ?, the service and action in any case. What is a pattern in `value` counts as text. */
function wildcard(pattern: string): RegExp {
  const escaped = pattern.replace(/[\\^$.+()|[\]{}]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "is");
}

function statementsOf(document: string): readonly Statement[] | undefined {
  try {
    const { Statement: statements } = JSON.parse(document) as { Statement?: unknown };
    return statements === undefined ? undefined : many(statements).map((each) => statementOf(each as RawStatement));
  } catch {
    return undefined;
  }
}

type RawStatement = Readonly<Record<string, unknown>>;

function statementOf(raw: RawStatement): Statement {
  const { Sid: _, ...said } = raw;
  return {
    isAllow: raw.Effect === "Allow",
    actions: texts(raw.Action),
    resources: raw.Resource === undefined ? [""] : texts(raw.Resource),
    principals: raw.Principal === undefined ? [""] : principalsOf(raw.Principal),
    condition: raw.Condition === undefined ? "" : canonical(raw.Condition),
    isInverted: ["NotAction", "NotResource", "NotPrincipal"].some((name) => raw[name] !== undefined),
    text: canonical(said),
  };
}

function principalsOf(principal: unknown): readonly string[] {
  if (typeof principal !== "object" || principal === null) return texts(principal);
  return Object.entries(principal).flatMap(([kind, value]) => texts(value).map((each) => `${kind} ${each}`));
}

const many = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
const texts = (value: unknown): readonly string[] => (value === undefined ? [] : many(value).map(String));
