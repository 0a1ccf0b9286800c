/** Enforces the stack's policies on every call, and keeps which permissions were used and which were missing. */
import { AwsFault } from "./aws-fault";
import { type Call, type Decision, decide, type Policy } from "./iam";

/** Who calls: a role, or a service of AWS, whose name is also its ARN and which has no policies of its own. */
export interface Principal {
  readonly arn: string;
  readonly name: string;
  readonly policies: readonly Policy[];
}

export const servicePrincipal = (name: string): Principal => ({ arn: name, name, policies: [] });

/** A call as IAM sees it. */
export interface Use {
  /** Its name; of a service, the principal. */
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
  /** A decision depends on nothing but what is in its key, so each is made once. */
  readonly #decisions = new Map<string, Decision>();

  constructor(readonly resourcePolicies: ReadonlyMap<string, readonly Policy[]>) {}

  /**
   * @param context further condition keys in lower case, such as aws:sourcearn
   * @throws AwsFault AccessDenied, saying which permission is missing in which role
   */
  check(caller: Principal, action: string, resource: string, context: Readonly<Record<string, string>> = {}): void {
    const use = { role: caller.name, action, resource };
    const key = [caller.name, action, resource, ...Object.values(context)].join(" ");
    let decision = this.#decisions.get(key);
    if (decision === undefined) {
      const call = { action, resource, principal: caller.arn, context: { ...CONTEXT, ...context } };
      decision = decide(call, caller.policies, this.resourcePolicies.get(ownerOf(resource)) ?? []);
      this.#decisions.set(key, decision);
      if (decision.allowed) this.#used.set(key, use);
      else this.#refused.set(key, { ...use, message: refusal(caller, call, decision.deniedBy) });
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

/** The resource whose policy speaks for this one: an object's is its bucket's. */
function ownerOf(resource: string): string {
  return resource.startsWith("arn:aws:s3:::") ? (resource.split("/")[0] ?? resource) : resource;
}

function refusal(
  { arn, name, policies }: Principal,
  { action, resource, context }: Call,
  deniedBy: string | undefined,
): string {
  const because = deniedBy === undefined ? `no policy ${whose(name, policies, context)}` : `${deniedBy} denies it`;
  return `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} because ${because}`;
}

function whose(name: string, policies: readonly Policy[], { "aws:sourcearn": sourceArn }: Call["context"]): string {
  if (sourceArn !== undefined) return `of that resource allows it to ${sourceArn}`;
  return `of role ${name} allows it (${policies.map(({ address }) => address).join(", ") || "it has none"})`;
}
