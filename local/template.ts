/** The synthesized stack as the local run sees it: Terraform JSON with every expression resolved. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { resourceMissing, stackCorrupt, stackMissing } from "./errors";
import { checkArguments, notPlayedLines } from "./playable";
import { Resolver } from "./resolver";
import { isRecord, type TerraformJson, terraformJson } from "./terraform-json";

/** A resource, or a data source (its type and address then start with "data."). */
export interface Resource {
  readonly type: string;
  readonly name: string;
  /** `type.name`, for a data source `data.type.name`. */
  readonly address: string;
  /** Every argument, resolved, without Terraform's own (depends_on, lifecycle, provider). */
  readonly properties: Readonly<Record<string, unknown>>;
  /** An argument, or what AWS would compute ("arn", "id"); undefined for what the local run does not know. */
  attribute(name: string): unknown;
}

export interface Template {
  readonly stackName: string;
  /** The folder of cdk.tf.json; relative paths in properties (assets) start here. */
  readonly directory: string;
  /** Resources of a type ("aws_sqs_queue", "data.archive_file"), in the order of the file. */
  resources(type: string): readonly Resource[];
  /** @throws LocalRunError when there is none at that address */
  resource(address: string): Resource;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** A line for each type and argument that has no effect here, saying why. */
  readonly notPlayed: readonly string[];
}

/** Where the local run listens: what AWS's own addresses become. */
export interface Origins {
  /** The loopback endpoint of every AWS service, such as http://127.0.0.1:4566. */
  readonly aws: string;
  /** The API's endpoint. */
  readonly api: string;
  /** The database's; undefined where none can be played. */
  readonly database?: { readonly host: string; readonly port: number };
}

/** The file that a synthesis writes into a stack's folder. */
const STACK_FILE = "cdk.tf.json";

/**
 * @param stackDirectory the folder that holds cdk.tf.json
 * @throws LocalRunError for a stack that is missing, corrupt, or has something the local run does not know
 */
export function readTemplate(stackDirectory: string, origins: Origins): Template {
  const json = readStack(join(stackDirectory, STACK_FILE));
  const resolver = new Resolver(json, { directory: stackDirectory, origins });
  for (const block of json.blocks) checkArguments(block);
  const resources = json.blocks.map(
    ({ type, name, address }): Resource => ({
      type,
      name,
      address,
      properties: resolver.properties(address),
      attribute: (attribute) => resolver.attribute(address, attribute),
    }),
  );
  const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
  return {
    stackName: json.stackName ?? basename(stackDirectory),
    directory: stackDirectory,
    resources: (type) => resources.filter((resource) => resource.type === type),
    resource: (address) => {
      const found = byAddress.get(address);
      if (found === undefined) throw resourceMissing(address, [...byAddress.keys()]);
      return found;
    },
    outputs: resolver.outputs(),
    notPlayed: notPlayedLines(json.blocks),
  };
}

function readStack(file: string): TerraformJson {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw stackMissing(file);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw stackCorrupt(file, error instanceof Error ? error.message : String(error));
  }
  if (!isRecord(parsed)) throw stackCorrupt(file, "it holds no JSON object");
  return terraformJson(parsed, file);
}
