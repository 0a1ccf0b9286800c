/** Enforces the stack's policies on every call, and keeps which permissions were used and which were missing. */
import { AwsFault } from "./aws-fault";
import { type Decision, decide, type Policy } from "./iam";
import type { Role } from "./roles";

/** A call as IAM sees it. */
export interface Use {
  readonly role: string;
  /** Such as sqs:SendMessage. */
  readonly action: string;
  readonly resource: string;
}

/** A call that no policy allows, or that one denies: the stack would fail on AWS. */
export interface RefusedUse extends Use {
  readonly message: string;
}

/** Everything travels on the loopback here; on AWS the SDKs and API Gateway use TLS, so that is taken as given. */
const CONTEXT = { "aws:securetransport": "true" };

export class Authorization {
  readonly #used = new Map<string, Use>();
  readonly #refused = new Map<string, RefusedUse>();
  /** A decision depends on nothing but these three, so each is made once. */
  readonly #decisions = new Map<string, Decision>();

  constructor(readonly resourcePolicies: ReadonlyMap<string, readonly Policy[]>) {}

  /** @throws AwsFault AccessDenied, saying which permission is missing in which role */
  check(role: Role, action: string, resource: string): void {
    const use = { role: role.name, action, resource };
    const key = `${role.name} ${action} ${resource}`;
    let decision = this.#decisions.get(key);
    if (decision === undefined) {
      const call = { action, resource, principal: role.arn, context: CONTEXT };
      decision = decide(call, role.policies, this.resourcePolicies.get(resource) ?? []);
      this.#decisions.set(key, decision);
      if (decision.allowed) this.#used.set(key, use);
      else this.#refused.set(key, { ...use, message: refusal(role, action, resource, decision.deniedBy) });
    }
    const refused = this.#refused.get(key);
    if (refused !== undefined) throw new AwsFault("AccessDenied", refused.message, { status: 403 });
  }

  /** Each permission that was needed and granted, once. */
  get used(): readonly Use[] {
    return [...this.#used.values()];
  }

  /** Each permission that was needed and not granted, once. A run that has any has failed. */
  get refused(): readonly RefusedUse[] {
    return [...this.#refused.values()];
  }
}

function refusal(
  { arn, name, policies }: Role,
  action: string,
  resource: string,
  deniedBy: string | undefined,
): string {
  const because =
    deniedBy === undefined
      ? `no policy of role ${name} allows it (${policies.map(({ address }) => address).join(", ") || "it has none"})`
      : `${deniedBy} denies it`;
  return `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} because ${because}`;
}
