import { resource, resources, type StackJson } from "../synthesized";
import { type AwsRule, list, many, map, num, type PolicyStatement, referred, statements, str } from "./rule";

const BUCKET = "aws_s3_bucket.bodies_bucket";
const LIFECYCLE = "aws_s3_bucket_lifecycle_configuration.bodies_lifecycle";

/** What Terraform adds to a prefix: the time and a counter. Source: terraform-plugin-sdk, PrefixedUniqueId. */
const ADDED_CHARACTERS = 26;
/** Source: S3 User Guide, bucket naming rules. */
const RESERVED_STARTS = ["xn--", "sthree-", "amzn-s3-demo-"];
const DAY_SECONDS = 86_400;

const configuration = (stack: StackJson, type: string, bucket: string) =>
  map(resources(stack, type).find(({ properties }) => referred(properties.bucket) === bucket)?.properties);

const refusesPlainHttp =
  (bucket: string) =>
  ({ Effect, Action, Resource, Condition }: PolicyStatement) =>
    Effect === "Deny" &&
    many(Action).includes("s3:*") &&
    [`\${${bucket}.arn}`, `\${${bucket}.arn}/*`].every((arn) => many(Resource).includes(arn)) &&
    Condition?.Bool?.["aws:SecureTransport"] === "false";

interface Expiry {
  readonly prefix: string;
  readonly days: number;
}

const rulesOf = (stack: StackJson) =>
  resources(stack, "aws_s3_bucket_lifecycle_configuration").flatMap(({ properties }) => list(properties.rule).map(map));
const holdsBodies = (stack: StackJson) => stack.resource.aws_s3_bucket?.bodies_bucket !== undefined;
const prefixesOf = (rule: ReturnType<typeof map>) =>
  list(rule.filter)
    .map((filter) => map(filter).prefix)
    .filter((prefix) => typeof prefix === "string");
const expiries = (stack: StackJson): Expiry[] =>
  rulesOf(stack).flatMap((rule) =>
    list(rule.expiration)
      .filter((expiration) => map(expiration).days !== undefined)
      .flatMap((expiration) => prefixesOf(rule).map((prefix) => ({ prefix, days: num(map(expiration).days) }))),
  );

/** For how many days something can point at a key that starts so; Infinity: for ever. */
function pointedAtForDays(stack: StackJson, prefix: string): number {
  const { variables } = map(resource(stack, "aws_lambda_function.consumer_function").environment);
  const { EVENT_EXPIRY_DAYS: event, REJECTED_EXPIRY_DAYS: rejected } = map(variables);
  if (prefix === "bodies/rejected/") return Number(rejected);
  if (["bodies/stored/", "bodies/failed/", "bodies/conflict/"].includes(prefix)) return Number(event ?? Infinity);
  if (prefix !== "inflight/") return Infinity;
  const seconds = resources(stack, "aws_sqs_queue").map(({ properties }) => num(properties.message_retention_seconds));
  return seconds.reduce((sum, each) => sum + each, 0) / DAY_SECONDS;
}

export const S3_RULES: readonly AwsRule[] = [
  {
    name: "bucket names are allowed, with the characters that Terraform adds",
    source: "S3 User Guide, bucket naming rules; AWS provider, aws_s3_bucket, bucket_prefix: 37 characters at most",
    breaks: "lambda",
    problems: (stack) =>
      resources(stack, "aws_s3_bucket").flatMap(({ address, properties }) => {
        const property = properties.bucket === undefined ? "bucket_prefix" : "bucket";
        const name = str(properties[property]);
        const added = property === "bucket" ? 0 : ADDED_CHARACTERS;
        return /^[a-z0-9][a-z0-9-]*$/.test(name) &&
          name.length + added <= 63 &&
          !RESERVED_STARTS.some((start) => name.startsWith(start))
          ? []
          : [`${address}: ${property} is "${name}"`];
      }),
    breakIt: (stack) => {
      resource(stack, BUCKET).bucket_prefix = "x".repeat(38);
    },
    found: [`${BUCKET}: bucket_prefix is "${"x".repeat(38)}"`],
  },
  {
    name: "a bucket is encrypted, private, without ACLs and TLS only",
    source: "S3 User Guide, security best practices",
    breaks: "lambda",
    problems: (stack) =>
      resources(stack, "aws_s3_bucket").flatMap(({ address }) => {
        const of = (type: string) => configuration(stack, `aws_s3_bucket_${type}`, address);
        const encryption = map(list(of("server_side_encryption_configuration").rule)[0]);
        const { sse_algorithm } = map(encryption.apply_server_side_encryption_by_default);
        const block = of("public_access_block");
        const policy = of("policy").policy;
        return [
          ...(sse_algorithm === "AES256" || sse_algorithm === "aws:kms" ? [] : [`${address}: is not encrypted`]),
          ...["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"]
            .filter((name) => block[name] !== true)
            .map((name) => `${address}: ${name} is off`),
          ...(map(of("ownership_controls").rule).object_ownership === "BucketOwnerEnforced"
            ? []
            : [`${address}: has ACLs`]),
          ...(policy !== undefined && statements(policy).some(refusesPlainHttp(address))
            ? []
            : [`${address}: takes plain HTTP`]),
        ];
      }),
    breakIt: (stack) => {
      stack.resource.aws_s3_bucket_server_side_encryption_configuration = {};
      resource(stack, "aws_s3_bucket_public_access_block.bodies_public-access").block_public_policy = false;
      resource(stack, "aws_s3_bucket_ownership_controls.bodies_ownership").rule = { object_ownership: "ObjectWriter" };
      const policy = resource(stack, "aws_s3_bucket_policy.bodies_policy");
      policy.policy = String(policy.policy).replace(`"\${${BUCKET}.arn}",`, "");
    },
    found: [
      `${BUCKET}: is not encrypted`,
      `${BUCKET}: block_public_policy is off`,
      `${BUCKET}: has ACLs`,
      `${BUCKET}: takes plain HTTP`,
    ],
  },
  {
    name: "lifecycle rules are complete",
    source: "S3 API, LifecycleRule: an ID of its own, one filter, one action at least, whole days from 1",
    breaks: "lambda",
    problems: (stack) => {
      const seen = new Set<string>();
      return rulesOf(stack).flatMap((rule) => {
        const id = str(rule.id);
        const isDuplicate = seen.has(id);
        seen.add(id);
        const days = [
          ...list(rule.expiration)
            .map(map)
            .map(({ days, expired_object_delete_marker: isMarker }) => (isMarker === true ? 1 : days)),
          ...list(rule.noncurrent_version_expiration).map((expiration) => map(expiration).noncurrent_days),
          ...list(rule.abort_incomplete_multipart_upload).map((abort) => map(abort).days_after_initiation),
        ].map((value) => num(value));
        return [
          ...(/^.{1,255}$/.test(id) && !isDuplicate ? [] : [`${LIFECYCLE}: the id "${id}" cannot be used`]),
          ...(rule.status === "Enabled" ? [] : [`${LIFECYCLE}: ${id} is ${str(rule.status)}`]),
          ...(prefixesOf(rule).length === 1 ? [] : [`${LIFECYCLE}: ${id} has ${prefixesOf(rule).length} filters`]),
          ...(days.length > 0 && days.every((count) => Number.isInteger(count) && count >= 1)
            ? []
            : [`${LIFECYCLE}: ${id} acts after ${days.join(", ") || "no"} days`]),
        ];
      });
    },
    breakIt: (stack) => {
      resource(stack, LIFECYCLE).rule = [
        { id: "a", status: "Enabled", filter: [{ prefix: "inflight/" }], expiration: [{ days: 0 }] },
        { id: "a", status: "On" },
      ];
    },
    found: [
      `${LIFECYCLE}: a acts after 0 days`,
      `${LIFECYCLE}: the id "a" cannot be used`,
      `${LIFECYCLE}: a is On`,
      `${LIFECYCLE}: a has 0 filters`,
      `${LIFECYCLE}: a acts after no days`,
    ],
  },
  {
    name: "no body expires while a message or an item points at it, and what is on its way does expire",
    source:
      "S3 User Guide, lifecycle; SQS API, MessageRetentionPeriod; DynamoDB Developer Guide, time to live: days late",
    breaks: "lambda",
    problems: (stack) => [
      ...expiries(stack)
        .filter(({ prefix, days }) => days < pointedAtForDays(stack, prefix) + 7)
        .map(
          ({ prefix, days }) =>
            `${LIFECYCLE}: "${prefix}" expires after ${days} days and is pointed at for ${pointedAtForDays(stack, prefix)}`,
        ),
      ...(holdsBodies(stack) && !expiries(stack).some(({ prefix }) => prefix === "inflight/")
        ? [`${LIFECYCLE}: "inflight/" never expires`]
        : []),
    ],
    breakIt: (stack) => {
      const expire = (id: string, prefix: string, days: number) => ({
        id,
        status: "Enabled",
        filter: [{ prefix }],
        expiration: [{ days }],
      });
      resource(stack, LIFECYCLE).rule = [expire("a", "bodies/", 3_650), expire("b", "bodies/rejected/", 96)];
    },
    found: [
      `${LIFECYCLE}: "bodies/" expires after 3650 days and is pointed at for Infinity`,
      `${LIFECYCLE}: "bodies/rejected/" expires after 96 days and is pointed at for 90`,
      `${LIFECYCLE}: "inflight/" never expires`,
    ],
  },
];
