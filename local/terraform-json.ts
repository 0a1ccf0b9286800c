/** The shape of Terraform JSON, before any expression is looked at. */
import { expressionUnknown, stackCorrupt } from "./errors";

export type JsonObject = Readonly<Record<string, unknown>>;

/** A resource or data source as written. */
export interface Block {
  /** For a data source with "data." in front. */
  readonly type: string;
  readonly name: string;
  readonly address: string;
  /** Arguments as written, without Terraform's own. */
  readonly arguments: JsonObject;
}

export interface TerraformJson {
  readonly stackName: string | undefined;
  readonly blocks: readonly Block[];
  readonly locals: JsonObject;
  /** Defaults of the variables; one without is not here. */
  readonly variables: JsonObject;
  readonly outputs: JsonObject;
}

/** Terraform's own arguments, which say how and in which order to apply, not what. */
const OF_TERRAFORM = ["//", "depends_on", "lifecycle", "provider"];
/** Top-level keys without resources: settings of Terraform and its providers. */
const SETTINGS = ["//", "terraform", "provider"];

/** @throws LocalRunError when the file has another shape, or a part that is not known */
export function terraformJson(json: JsonObject, file: string): TerraformJson {
  const section = (name: string, holder: JsonObject = json): JsonObject => {
    const value = holder[name] ?? {};
    if (!isRecord(value)) throw stackCorrupt(file, `"${name}" is not an object`);
    return value;
  };
  const known = [...SETTINGS, "resource", "data", "locals", "variable", "output"];
  for (const key of Object.keys(json)) {
    if (!known.includes(key))
      throw expressionUnknown(key, file, `Top-level blocks that are known: ${known.join(", ")}`);
  }
  const blocksOf = (kind: "resource" | "data"): Block[] =>
    Object.keys(section(kind)).flatMap((type) =>
      Object.keys(section(type, section(kind))).map((name) => {
        const written = section(name, section(type, section(kind)));
        const fullType = kind === "data" ? `data.${type}` : type;
        const own = Object.entries(written).filter(([argument]) => !OF_TERRAFORM.includes(argument));
        return { type: fullType, name, address: `${fullType}.${name}`, arguments: Object.fromEntries(own) };
      }),
    );
  const values = (name: string, member: string): JsonObject =>
    Object.fromEntries(
      Object.keys(section(name)).flatMap((key) => {
        const declared = section(key, section(name));
        return Object.hasOwn(declared, member) ? [[key, declared[member]]] : [];
      }),
    );
  const metadata = section("metadata", section("//"));
  return {
    stackName: typeof metadata.stackName === "string" ? metadata.stackName : undefined,
    blocks: [...blocksOf("resource"), ...blocksOf("data")],
    locals: section("locals"),
    variables: values("variable", "default"),
    outputs: values("output", "value"),
  };
}

export function isRecord(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
