/** The settings of an aws_lambda_function, with Lambda's defaults. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { blocks, count, text } from "./arguments";
import { propertyUnplayable } from "./errors";
import type { Resource, Template } from "./template";

export interface FunctionSettings {
  readonly name: string;
  readonly roleArn: string;
  /** `file.export` */
  readonly handler: string;
  /** The handler's file in the stack's folder, absolute. */
  readonly bundleFile: string;
  readonly exportName: string;
  /** Such as nodejs22.x. */
  readonly runtime: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  /** Undefined: as many as the account has. */
  readonly reservedConcurrency: number | undefined;
  readonly variables: Readonly<Record<string, string>>;
  readonly logGroup: string;
  /** Text or JSON. */
  readonly logFormat: string;
}

/** @throws LocalRunError for a function whose code is not in the stack's folder */
export function functionSettings(resource: Resource, template: Template): FunctionSettings {
  const name = text(resource, "function_name");
  const handler = text(resource, "handler");
  const [environment] = blocks(resource.properties.environment);
  const [logging] = blocks(resource.properties.logging_config);
  const variables = (environment?.variables ?? {}) as Readonly<Record<string, unknown>>;
  const reserved = count(resource, "reserved_concurrent_executions", -1);
  return {
    name,
    handler,
    roleArn: text(resource, "role"),
    bundleFile: bundleFile(resource, handler, template),
    exportName: handler.slice(handler.lastIndexOf(".") + 1),
    runtime: text(resource, "runtime"),
    timeoutSeconds: count(resource, "timeout", 3),
    memoryMegabytes: count(resource, "memory_size", 128),
    reservedConcurrency: reserved < 0 ? undefined : reserved,
    variables: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
    logGroup: String(logging?.log_group ?? `/aws/lambda/${name}`),
    logFormat: String(logging?.log_format ?? "Text"),
  };
}

/** What the zip of the function is made from: the archive whose output the function's filename is. */
function bundleFile(resource: Resource, handler: string, template: Template): string {
  const filename = text(resource, "filename");
  const archive = template
    .resources("data.archive_file")
    .find(({ properties }) => properties.output_path === filename)?.properties;
  const inZip = `${handler.slice(0, handler.lastIndexOf("."))}.js`;
  const source = archive?.source_file ?? (archive?.source_dir && join(String(archive.source_dir), inZip));
  const file = source === undefined ? undefined : resolve(template.directory, String(source));
  if (file !== undefined && existsSync(file)) return file;
  throw propertyUnplayable(
    resource.address,
    "filename",
    filename,
    file === undefined
      ? "It must be the output_path of a data.archive_file in the stack, so that the code is found here."
      : `The archive packs ${String(source)}, which is not in the stack's folder; npm run synth puts it there.`,
  );
}
