/**
 * A state as if a configuration had been applied, without applying it: what a plan says each resource will be, and
 * plausible values for what only AWS would say. Real Terraform then plans changes against it without a refresh.
 */

/** Of `terraform show -json`, what a state is made of. */
export interface AppliedPlan {
  readonly terraform_version: string;
  readonly resource_changes?: readonly PlannedResource[];
  readonly planned_values?: {
    readonly root_module?: ModuleValues;
    readonly outputs?: Readonly<Record<string, { readonly value?: unknown; readonly type?: unknown }>>;
  };
}
interface PlannedResource {
  readonly address: string;
  readonly module_address?: string;
  readonly mode: string;
  readonly type: string;
  readonly name: string;
  readonly index?: string | number;
  readonly provider_name: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before?: Attributes | null;
    readonly after: Attributes;
    readonly after_unknown: Attributes;
    readonly after_sensitive?: Attributes | boolean;
  };
}
interface ModuleValues {
  readonly resources?: readonly { readonly address: string; readonly schema_version: number }[];
  readonly child_modules?: readonly ModuleValues[];
}
type Attributes = Readonly<Record<string, unknown>>;

/** By address, what the state says. */
export type Applied = ReadonlyMap<string, Attributes>;

const ACCOUNT = "123456789012";
const REGION = "us-east-1";

/** What a plan would still change, with its attributes: such as "update aws_sqs_queue.events: policy". */
export function openChanges({ resource_changes: changes = [] }: AppliedPlan): readonly string[] {
  const open = changes.filter(({ mode, change }) => mode === "managed" && change.actions[0] !== "no-op");
  return open.map(({ address, change }) => {
    const differs = (name: string) =>
      isUnknown(change.after_unknown[name]) ||
      JSON.stringify(change.before?.[name]) !== JSON.stringify(change.after[name]);
    const names = Object.keys({ ...change.after, ...change.after_unknown }).filter(differs);
    return `${change.actions} ${address}: ${names.join(", ")}`;
  });
}

/** What is known after the plan, and for the rest what was there before or what AWS could have said. */
export function appliedBy(plan: AppliedPlan, before: Applied): Applied {
  const changes = (plan.resource_changes ?? []).filter(({ mode }) => mode === "managed");
  return new Map(
    changes.map((resource) => {
      const known = before.get(resource.address) ?? {};
      const unknown = Object.entries(resource.change.after_unknown).filter(([, mask]) => isUnknown(mask));
      // Of a block that is known in part, the rest stays out.
      const filled = unknown.flatMap(([name, mask]) => {
        const value = known[name] ?? madeUp(resource, name);
        return mask === true || hasContent(value) ? [[name, value] as const] : [];
      });
      return [resource.address, { ...resource.change.after, ...STORED[resource.type], ...Object.fromEntries(filled) }];
    }),
  );
}

/** What the provider stores otherwise than it plans. */
const STORED: Readonly<Record<string, Attributes>> = {
  aws_s3_bucket_lifecycle_configuration: { expected_bucket_owner: "" },
};

const isUnknown = (mask: unknown): boolean =>
  mask === true || (typeof mask === "object" && mask !== null && Object.values(mask).some(isUnknown));

const hasContent = (value: unknown): boolean => value !== null && !(Array.isArray(value) && value.length === 0);

/** Strings that others refer to; everything else stays null, as an attribute that AWS did not report. */
function madeUp({ type, name, index, change }: PlannedResource, attribute: string): unknown {
  const label = String(change.after.name ?? change.after.function_name ?? [name, index].filter(Boolean).join("-"));
  const service = type.split("_")[1] ?? "aws";
  const api = "a1b2c3d4e5";
  const byType: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    aws_sqs_queue: { id: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${label}` },
    aws_sns_topic: { id: `arn:aws:sns:${REGION}:${ACCOUNT}:${label}` },
    aws_apigatewayv2_api: {
      id: api,
      api_endpoint: `https://${api}.execute-api.${REGION}.amazonaws.com`,
      execution_arn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:${api}`,
    },
    aws_apigatewayv2_domain_name: {
      id: String(change.after.domain_name),
      domain_name_configuration: [
        {
          ...(change.after.domain_name_configuration as Attributes[] | undefined)?.[0],
          hosted_zone_id: "Z1UJRXOUMOOFQ8",
          target_domain_name: `d-abcdefghij.execute-api.${REGION}.amazonaws.com`,
        },
      ],
    },
    aws_db_instance: {
      resource_id: "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
      address: `${label}.abcdefghijkl.${REGION}.rds.amazonaws.com`,
      master_user_secret: [
        {
          kms_key_id: `arn:aws:kms:${REGION}:${ACCOUNT}:key/secrets`,
          secret_arn: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:rds!db-12345678-AbCdEf`,
          secret_status: "active",
        },
      ],
    },
    aws_vpc_endpoint: { prefix_list_id: PREFIX_LIST },
    // Which of them it is decides whether the rule is replaced; what they are comes with the next round.
    aws_vpc_security_group_egress_rule: SOURCES,
    aws_vpc_security_group_ingress_rule: SOURCES,
    aws_lambda_function: {
      invoke_arn: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/arn:aws:lambda:${REGION}:${ACCOUNT}:function:${label}/invocations`,
    },
  };
  const own = byType[type]?.[attribute];
  if (own !== undefined) return own;
  if (attribute === "url") return byType[type]?.id ?? null;
  if (attribute === "arn") return `arn:aws:${service}:${REGION}:${ACCOUNT}:${label}`;
  if (attribute === "tags_all") return {};
  if (LISTS.includes(attribute)) return [];
  return ["id", "bucket", "key_id", "statement_id", "endpoint", "address"].includes(attribute) ? label : null;
}

const PREFIX_LIST = "pl-63a5400a";
const SOURCES = { referenced_security_group_id: "sg-0123456789abcdef0", prefix_list_id: PREFIX_LIST };

const LISTS = [
  "cidr_blocks",
  "dns_entry",
  "egress",
  "ingress",
  "listener_endpoint",
  "managed_policy_arns",
  "master_user_secret",
  "network_interface_ids",
  "propagating_vgws",
  "replicas",
  "route",
  "security_group_ids",
  "subnet_ids",
  "supported_network_types",
  "vpc_security_group_ids",
];

/** A state file of version 4, as Terraform writes it. */
export function stateFile(plan: AppliedPlan, applied: Applied): string {
  const versions = new Map(schemaVersions(plan.planned_values?.root_module ?? {}));
  const resources = (plan.resource_changes ?? [])
    .filter(({ address }) => applied.has(address))
    .map((resource) => ({
      ...(resource.module_address === undefined ? {} : { module: resource.module_address }),
      mode: resource.mode,
      type: resource.type,
      name: resource.name,
      provider: `provider["${resource.provider_name}"]`,
      instances: [
        {
          ...(resource.index === undefined ? {} : { index_key: resource.index }),
          schema_version: versions.get(resource.address) ?? 0,
          attributes: applied.get(resource.address),
          sensitive_attributes: sensitivePaths(resource),
        },
      ],
    }));
  return JSON.stringify({
    version: 4,
    terraform_version: plan.terraform_version,
    serial: 1,
    lineage: "00000000-0000-4000-8000-000000000000",
    outputs: knownOutputs(plan),
    resources: merged(resources),
  });
}

function sensitivePaths({ change }: PlannedResource): readonly object[] {
  const marked = Object.entries(change.after_sensitive ?? {}).filter(([, mask]) => mask === true);
  return marked.map(([value]) => [{ type: "get_attr", value }]);
}

function knownOutputs({ planned_values: values }: AppliedPlan): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values?.outputs ?? {}).filter(([, { value }]) => value !== undefined));
}

function schemaVersions(module: ModuleValues): [string, number][] {
  const own = (module.resources ?? []).map((r): [string, number] => [r.address, r.schema_version]);
  return [...own, ...(module.child_modules ?? []).flatMap(schemaVersions)];
}

/** The instances of one resource stand together. */
function merged<R extends { module?: string; type: string; name: string; instances: object[] }>(resources: R[]): R[] {
  const byResource = new Map<string, R>();
  for (const resource of resources) {
    const key = `${resource.module ?? ""}.${resource.type}.${resource.name}`;
    const found = byResource.get(key);
    byResource.set(
      key,
      found === undefined ? resource : { ...found, instances: [...found.instances, ...resource.instances] },
    );
  }
  return [...byResource.values()];
}
