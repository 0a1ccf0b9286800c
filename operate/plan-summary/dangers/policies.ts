/** Who may do what: policies that say more than before. */
import type { Change, Plan } from "../plan";
import { at, list, same, UNKNOWN, type Value } from "../value";
import { widened, wildcards } from "./grants";
import type { Finding } from "./rule";

const POLICY_ATTRIBUTES = [
  "policy",
  "assume_role_policy",
  "access_policy",
  "access_policies",
  "resource_policy",
] as const;

/** Attribute that names what a policy of its own belongs to. */
const OWNERS: Readonly<Record<string, string>> = {
  aws_iam_role_policy: "role",
  aws_iam_role_policy_attachment: "role",
  aws_iam_user_policy: "user",
  aws_iam_user_policy_attachment: "user",
  aws_iam_group_policy: "group",
  aws_iam_group_policy_attachment: "group",
  aws_sqs_queue_policy: "queue_url",
  aws_s3_bucket_policy: "bucket",
  aws_sns_topic_policy: "arn",
  aws_lambda_permission: "function_name",
};

const WIDENED = "A policy is widened.";

export function policyWidened(change: Change, plan: Plan): readonly Finding[] {
  const { type, after } = change;
  if (!type.startsWith("aws_") || after === undefined) return [];
  if (type === "aws_lambda_permission") return permission(change, plan);
  return [
    ...POLICY_ATTRIBUTES.flatMap((name) => documentWidened(change, plan, (side) => at(side, name))),
    ...inlinePolicies(after).flatMap((name) => documentWidened(change, plan, (side) => inlinePolicy(side, name))),
    ...attached(change, plan),
  ];
}

function documentWidened(change: Change, plan: Plan, read: (side: Value) => Value): readonly Finding[] {
  const [before, after] = [change.before, change.after].map((side) => (side === undefined ? null : read(side)));
  if (after === UNKNOWN && typeof before === "string" && before !== "") {
    return [{ says: "A policy changes, and what it says is known only after the apply: it cannot be reviewed here." }];
  }
  if (typeof after !== "string" || after === "" || same(before, after)) return [];
  if (typeof before === "string" && before !== "") return found(WIDENED, widened(before, after));
  const isOwn = OWNERS[change.type] === undefined || ownerIsNew(change, plan);
  if (change.before === undefined && isOwn)
    return found("A new policy says * where it could say what.", wildcards(after));
  return found("A policy is added to something that was there without it.", widened(undefined, after));
}

function found(says: string, items: readonly string[] | undefined): readonly Finding[] {
  return items === undefined || items.length === 0 ? [] : [{ says, items }];
}

const inlinePolicies = (side: Value): string[] =>
  list(at(side, "inline_policy")).map((each) => String(at(each, "name")));
const inlinePolicy = (side: Value, name: string): Value =>
  at(
    list(at(side, "inline_policy")).find((each) => String(at(each, "name")) === name),
    "policy",
  );

/** Policies by their ARN: what they say is not in the plan. */
function attached(change: Change, plan: Plan): readonly Finding[] {
  const arns = (side: Value | undefined) => [at(side, "policy_arn"), ...list(at(side, "managed_policy_arns"))];
  if (change.type === "aws_iam_role" ? change.before === undefined : ownerIsNew(change, plan)) return [];
  const old = arns(change.before);
  const fresh = arns(change.after).filter((arn) => typeof arn === "string" && !old.includes(arn)) as string[];
  return fresh.length === 0
    ? []
    : [{ says: "Another policy is attached.", items: fresh.map((arn) => `new policy: ${arn}`) }];
}

function permission(change: Change, plan: Plan): readonly Finding[] {
  const { before, after } = change;
  const principal = at(after, "principal");
  const items = [
    ...(principal === "*" ? ["every principal: *"] : []),
    ...(before === undefined && ownerIsNew(change, plan) ? [] : newPrincipal(before, principal)),
    ...(["source_arn", "source_account"] as const).flatMap((name) =>
      before !== undefined && at(before, name) !== null && at(after, name) === null
        ? [`no longer limited by ${name}`]
        : [],
    ),
  ];
  return found("More may call the function.", [...new Set(items)]);
}

const newPrincipal = (before: Value | undefined, principal: Value): string[] =>
  typeof principal !== "string" || principal === "*" || same(at(before, "principal"), principal)
    ? []
    : [`new principal: ${principal}`];

/** A policy of something that this plan makes widens nothing that is there. */
function ownerIsNew({ type, after }: Change, { changes }: Plan): boolean {
  const name = OWNERS[type];
  const owner = name === undefined ? null : at(after, name);
  if (owner === UNKNOWN) return true;
  const isMade = (change: Change) => change.action === "create" || change.action === "replace";
  const names = (change: Change) =>
    ["name", "function_name", "bucket", "id"].map((attribute) => at(change.after, attribute));
  // The policy itself may have the same name.
  return changes.some((change) => isMade(change) && OWNERS[change.type] === undefined && names(change).includes(owner));
}
