/** The stack's roles and resource policies, and the dummy credentials by which the endpoint knows who calls. */
import { type Block, blocks, jsonObject, text } from "./arguments";
import { propertyUnplayable } from "./errors";
import { type Policy, PolicyUnknown, readPolicy } from "./iam";
import { ACCOUNT_ID, bucketArn, functionArnOf } from "./resource-types";
import type { Resource, Template } from "./template";

/** As an AWS SDK takes them. They open nothing: only the access key id is looked at, and only here. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface Role {
  readonly arn: string;
  readonly name: string;
  readonly credentials: Credentials;
  readonly policies: readonly Policy[];
}

/** Whoever runs the stack: may do everything, and faults that are switched on do not concern them. */
export const OPERATOR_CREDENTIALS: Credentials = { accessKeyId: "local-operator", secretAccessKey: "local" };

const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT_ID}:role/${name}`;

/** @throws LocalRunError for a policy with a part that is not known, or an attached one that the stack does not hold */
export function rolesOf(template: Template): readonly Role[] {
  return template.resources("aws_iam_role").map((role) => {
    const name = text(role, "name");
    return {
      arn: roleArn(name),
      name,
      credentials: { accessKeyId: `local-role-${name}`, secretAccessKey: "local" },
      policies: [...inline(role), ...ownedBy(name, template), ...attachedTo(name, role, template)],
    };
  });
}

/** Policies of the resources themselves, by the resource's ARN: of queues, of buckets, and permissions to functions. */
export function resourcePoliciesOf(template: Template, arnOfQueue: (queueUrl: string) => string | undefined) {
  const policies = new Map<string, Policy[]>();
  const add = (arn: string | undefined, resource: Resource, document = jsonObject(resource, "policy")) => {
    if (arn !== undefined && document !== undefined)
      policies.set(arn, [...(policies.get(arn) ?? []), read(resource, "policy", document)]);
  };
  for (const queue of template.resources("aws_sqs_queue")) add(arnOfQueue(text(queue, "name")), queue);
  for (const policy of template.resources("aws_sqs_queue_policy")) add(arnOfQueue(text(policy, "queue_url")), policy);
  for (const policy of template.resources("aws_s3_bucket_policy")) add(bucketArn(text(policy, "bucket")), policy);
  for (const permission of template.resources("aws_lambda_permission")) {
    // Its name or its ARN: the last part of either is the name.
    const arn = functionArnOf(text(permission, "function_name").split(":").at(-1) ?? "");
    add(arn, permission, permissionDocument(permission, arn));
  }
  return policies as ReadonlyMap<string, readonly Policy[]>;
}

/** The policy statement that Lambda makes of a permission (Lambda API, AddPermission). */
function permissionDocument(permission: Resource, functionArn: string): Block {
  const principal = text(permission, "principal");
  const { source_arn: sourceArn, source_account: sourceAccount } = permission.properties;
  const statement = {
    Effect: "Allow",
    Principal: principal === "*" ? "*" : { [principal.endsWith(".amazonaws.com") ? "Service" : "AWS"]: principal },
    Action: text(permission, "action"),
    Resource: functionArn,
    Condition: {
      ...(typeof sourceArn === "string" && { ArnLike: { "AWS:SourceArn": sourceArn } }),
      ...(typeof sourceAccount === "string" && { StringEquals: { "AWS:SourceAccount": sourceAccount } }),
    },
  };
  return { Version: "2012-10-17", Statement: [statement] };
}

const inline = (role: Resource): Policy[] =>
  blocks(role.properties.inline_policy).map(({ policy }) =>
    read(role, "inline_policy", JSON.parse(String(policy)) as Block),
  );

const ownedBy = (roleName: string, template: Template): Policy[] =>
  template
    .resources("aws_iam_role_policy")
    .filter((policy) => policy.properties.role === roleName)
    .map((policy) => read(policy, "policy", jsonObject(policy, "policy") ?? {}));

function attachedTo(roleName: string, role: Resource, template: Template): Policy[] {
  const attachments = template
    .resources("aws_iam_role_policy_attachment")
    .filter(({ properties }) => properties.role === roleName)
    .map((attachment) => ({ by: attachment, arn: text(attachment, "policy_arn") }));
  const managed = ((role.properties.managed_policy_arns ?? []) as string[]).map((arn) => ({ by: role, arn }));
  return [...attachments, ...managed].map(({ by, arn }) => {
    const policy = template
      .resources("aws_iam_policy")
      .find((candidate) => arn === `arn:aws:iam::${ACCOUNT_ID}:policy/${text(candidate, "name")}`);
    if (policy === undefined)
      throw propertyUnplayable(by.address, "policy_arn", arn, "Only policies that stand in the stack are known here.");
    return read(policy, "policy", jsonObject(policy, "policy") ?? {});
  });
}

function read(resource: Resource, argument: string, document: Block): Policy {
  try {
    return readPolicy(resource.address, document);
  } catch (error) {
    if (!(error instanceof PolicyUnknown)) throw error;
    throw propertyUnplayable(resource.address, argument, document, error.message);
  }
}
