/** Where an environment's Terraform state is kept: schema, and the rule between its settings. */
import { z } from "zod";
import type { BrokenRule } from "./errors";
import { oneOfKinds, text, told } from "./setting-rules";

const KINDS = ["local", "s3", "cloud"] as const;
const SOURCE = "stacks/state-settings.ts";

const kind = <const T extends (typeof KINDS)[number]>(value: T) => z.literal(value);

/** S3 takes dots too; their TLS certificates do not. */
const BUCKET =
  /^(?!xn--|sthree-|amzn-s3-demo-)(?!.*(?:-s3alias|--ol-s3|--x-s3|--table-s3)$)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

const local = z.strictObject({ kind: kind("local") });

/** An S3 bucket with S3's own lock files. Needs Terraform 1.11. The bucket: see docs/state.md. */
const s3 = z.strictObject({
  kind: kind("s3"),
  bucket: text(
    BUCKET,
    "a bucket name: 3 to 63 lower-case letters, digits and hyphens, no start or end that S3 reserves",
    "S3 User Guide, bucket naming rules",
  ),
  /** The bucket's. @default the environment's region */
  region: text(REGION, 'the name of an AWS region, such as "eu-central-1"', "AWS Regions and Zones").optional(),
  /** The state's key is <keyPrefix>/<environment>/<stack>.tfstate. @default "webhook" */
  keyPrefix: text(
    /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/,
    'the start of a key such as "team/webhook": letters, digits and . _ - between slashes, none at the ends',
    "S3 User Guide, object key names",
  ).default("webhook"),
});

/** A workspace in HCP Terraform or Terraform Enterprise for each stack and environment. See docs/terraform-cloud.md. */
const cloud = z.strictObject({
  kind: kind("cloud"),
  organization: text(
    /^[A-Za-z0-9_-]+$/,
    "an organization's name: letters, digits, _ and -",
    "HCP Terraform, organizations",
  ),
  /** With a port where it is not 443. @default Terraform's own, app.terraform.io */
  hostname: text(
    /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/,
    'a host name such as "tfe.example.com", with no https:// before it',
    "Terraform, cloud block, hostname",
  ).optional(),
  /** The workspace is <workspacePrefix><stack>. Not together with tags. @default "" */
  workspacePrefix: text(
    /^[A-Za-z0-9_-]{1,40}$/,
    "1 to 40 letters, digits, _ and - (a workspace's name has 90 at most)",
    "HCP Terraform, workspace naming",
  ).optional(),
  /** The workspaces are those with all of these tags and the stack's name; TF_WORKSPACE chooses one of them. */
  tags: z
    .array(
      text(
        /^[A-Za-z0-9](?:[A-Za-z0-9:_-]{0,253}[A-Za-z0-9])?$/,
        "1 to 255 letters, digits, : _ and -, a letter or digit at both ends",
        "HCP Terraform, workspace tags",
      ),
      told("a list of tags, one at least", SOURCE),
    )
    .min(1, told("a list of tags, one at least", SOURCE))
    .optional(),
});

/** Where Terraform keeps the state of an environment's stacks. */
export const state = z.discriminatedUnion("kind", [local, s3, cloud], oneOfKinds(KINDS, SOURCE));

export type StateSettings = z.output<typeof state>;
export type CloudStateSettings = z.output<typeof cloud>;

export function stateRules(settings: { readonly state: StateSettings }): BrokenRule[] {
  const { state } = settings;
  if (state.kind !== "cloud" || state.tags === undefined || state.workspacePrefix === undefined) return [];
  return [
    {
      path: "state",
      involves: ["state"],
      value: "given both workspacePrefix and tags",
      rule: "a stack's workspace is found by its name or by tags",
      source: "Terraform, cloud block, workspaces",
      remedy: "Keep one of them.",
      code: "STATE_WORKSPACES",
    },
  ];
}
