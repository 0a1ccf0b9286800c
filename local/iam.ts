/**
 * Whether IAM allows a call: the evaluation that AWS documents for one account ("Policy evaluation logic": an explicit
 * deny wins, then any allow, else no). Pure. What a policy says that is not known here is refused when it is read.
 */

/** A policy document, read. */
export interface Policy {
  /** Where it stands, for messages: the resource's address. */
  readonly address: string;
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly matchesAction: (action: string) => boolean;
  readonly matchesResource: (resource: string) => boolean;
  /** Of a resource's policy only: whom it is about. */
  readonly matchesPrincipal: (principal: string) => boolean;
  readonly conditions: readonly Condition[];
}

interface Condition {
  readonly key: string;
  readonly holds: (value: string | undefined) => boolean;
}

export interface Call {
  /** Such as sqs:SendMessage. */
  readonly action: string;
  readonly resource: string;
  /** ARN of the role, or the name of a service such as apigateway.amazonaws.com. */
  readonly principal: string;
  /** Condition keys in lower case, such as aws:securetransport. */
  readonly context: Readonly<Record<string, string>>;
}

export type Decision =
  | { readonly allowed: true; readonly by: string }
  | { readonly allowed: false; readonly deniedBy?: string };

export function decide(call: Call, identityPolicies: readonly Policy[], resourcePolicies: readonly Policy[]): Decision {
  const matching = [
    ...identityPolicies.flatMap((policy) => applying(policy, call, () => true)),
    ...resourcePolicies.flatMap((policy) => applying(policy, call, (s) => s.matchesPrincipal(call.principal))),
  ];
  const denial = matching.find(({ effect }) => effect === "Deny");
  if (denial !== undefined) return { allowed: false, deniedBy: denial.address };
  const permission = matching.find(({ effect }) => effect === "Allow");
  return permission === undefined ? { allowed: false } : { allowed: true, by: permission.address };
}

function applying(
  { address, statements }: Policy,
  { action, resource, context }: Call,
  isAbout: (statement: Statement) => boolean,
): { effect: Statement["effect"]; address: string }[] {
  return statements
    .filter(
      (statement) =>
        statement.matchesAction(action) &&
        statement.matchesResource(resource) &&
        isAbout(statement) &&
        statement.conditions.every(({ key, holds }) => holds(context[key])),
    )
    .map(({ effect }) => ({ effect, address }));
}

const STATEMENT_KEYS = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "Condition"];

/** Thrown for a policy with something in it that this evaluation does not know. */
export class PolicyUnknown extends Error {
  override readonly name = "PolicyUnknown";
}

/** @throws PolicyUnknown naming the part */
export function readPolicy(address: string, document: Readonly<Record<string, unknown>>): Policy {
  const statements = list(document.Statement) as Readonly<Record<string, unknown>>[];
  return { address, statements: statements.map(readStatement) };
}

function readStatement(written: Readonly<Record<string, unknown>>): Statement {
  const unknown = Object.keys(written).find((key) => !STATEMENT_KEYS.includes(key));
  if (unknown !== undefined)
    throw new PolicyUnknown(`a statement has ${unknown}; known are ${STATEMENT_KEYS.join(", ")}`);
  const { Effect: effect } = written;
  if (effect !== "Allow" && effect !== "Deny") throw new PolicyUnknown(`Effect is ${JSON.stringify(effect)}`);
  return {
    effect,
    // Names of actions are compared without regard to case, ARNs with it.
    matchesAction: either(written.Action, written.NotAction, "i"),
    matchesResource: either(written.Resource, written.NotResource, ""),
    matchesPrincipal: principal(written.Principal),
    conditions: conditions(written.Condition),
  };
}

function either(positive: unknown, negative: unknown, flags: "i" | ""): (value: string) => boolean {
  if (negative !== undefined) {
    const matches = anyOf(negative, flags);
    return (value) => !matches(value);
  }
  return anyOf(positive, flags);
}

function principal(written: unknown): (principal: string) => boolean {
  if (written === undefined || written === "*") return () => written === "*";
  if (typeof written !== "object" || written === null)
    throw new PolicyUnknown(`Principal is ${JSON.stringify(written)}`);
  const { AWS: accountsAndRoles, Service: services } = written as { AWS?: unknown; Service?: unknown };
  return anyOf([...list(accountsAndRoles), ...list(services)], "");
}

/** Each operator as a test of one wanted value; sources: IAM User Guide, "IAM JSON policy elements: Condition operators". */
const OPERATORS: Readonly<Record<string, (wanted: string) => (value: string) => boolean>> = {
  Bool: (wanted) => (value) => value.toLowerCase() === wanted.toLowerCase(),
  StringEquals: (wanted) => (value) => value === wanted,
  StringLike: (wanted) => anyOf(wanted, ""),
  ArnEquals: (wanted) => anyOf(wanted, ""),
  ArnLike: (wanted) => anyOf(wanted, ""),
};

function conditions(written: unknown): Condition[] {
  return Object.entries((written ?? {}) as Record<string, Record<string, unknown>>).flatMap(([operator, keys]) => {
    const [, name = "", ifExists] = /^(\w+?)(IfExists)?$/.exec(operator) ?? [];
    const matches = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
    if (matches === undefined)
      throw new PolicyUnknown(`condition operator ${operator}; known are ${Object.keys(OPERATORS).join(", ")}`);
    return Object.entries(keys).map(([key, wanted]) => {
      const tests = list(wanted).map((one) => matches(String(one)));
      return {
        key: key.toLowerCase(),
        holds: (value: string | undefined) =>
          value === undefined ? ifExists !== undefined : tests.some((test) => test(value)),
      };
    });
  });
}

/** Wildcards as IAM has them: `*` any characters, `?` one. */
function anyOf(written: unknown, flags: "i" | ""): (value: string) => boolean {
  const patterns = list(written).map((pattern) => {
    const source = String(pattern).replace(
      /[\\^$.*+?()[\]{}|]/g,
      (sign) => ({ "*": ".*", "?": "." })[sign] ?? `\\${sign}`,
    );
    return new RegExp(`^${source}$`, `s${flags}`);
  });
  return (value) => patterns.some((pattern) => pattern.test(value));
}

const list = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
