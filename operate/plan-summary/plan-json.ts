/** Whether bytes are the JSON of a plan at all, and if not, what they are. Pure. */
import * as errors from "./errors";

/** Terraform raises it when a reader of the old form would misread the new one; a higher minor version only adds. */
const FORMAT_MAJOR = 1;

/** @throws PlanError that says what it is instead of the JSON of a plan */
export function planJson(file: string, bytes: Uint8Array): unknown {
  const json = jsonOf(file, bytes);
  assertPlan(file, json);
  return json;
}

function jsonOf(file: string, bytes: Uint8Array): unknown {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // A saved plan is a zip.
  if (buffer.subarray(0, 4).toString("latin1") === "PK\u0003\u0004") throw errors.binary(file);
  const text = decoded(buffer).trim();
  if (text === "") throw errors.empty(file);
  if (/^\{"@level":/.test(text)) throw errors.log(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw errors.notJson(file, error);
  }
}

/** Windows PowerShell's > writes UTF-16, and others a byte order mark. */
function decoded(buffer: Buffer): string {
  const encoding = buffer[0] === 0xff && buffer[1] === 0xfe ? "utf16le" : "utf8";
  return buffer.toString(encoding).replace(/^\uFEFF/, "");
}

/** Before its parts are looked at: what is no plan shall not be told of a part that is missing. */
function assertPlan(file: string, json: unknown): void {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw errors.notAPlan(file);
  const has = (name: string) => Object.hasOwn(json, name);
  const { format_version: version } = json as { format_version?: unknown };
  if (typeof version !== "string") throw errors.notAPlan(file);
  const isPlan = has("planned_values") || has("resource_changes");
  const major = /^(\d+)\.\d+$/.exec(version)?.[1];
  if (Number(major) !== FORMAT_MAJOR) throw errors.formatVersion(file, version, FORMAT_MAJOR);
  if (isPlan) return;
  // The state of a stack that was never applied has a version and nothing else.
  throw has("values") || Object.keys(json).length <= 2 ? errors.state(file) : errors.notAPlan(file);
}
