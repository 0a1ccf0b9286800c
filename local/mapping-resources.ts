/** The settings of an aws_lambda_event_source_mapping, with AWS's defaults. */
import { blocks, count, text } from "./arguments";
import { propertyUnplayable } from "./errors";
import type { MappingSettings } from "./mapping-batch";
import type { Queue } from "./queue";
import type { Resource } from "./template";

/**
 * Execution environments of a mapping without maximum concurrency. On AWS it grows to 1,250 (Lambda Developer Guide; older
 * pages: 1,000); here each is a process, and so many would bring this machine to a stop.
 */
export const UNTHROTTLED_ENVIRONMENTS = 60;

/** @throws LocalRunError for a function response type that is not known */
export function mappingSettings(mapping: Resource, queue: Queue, speed: number): MappingSettings {
  const types = (mapping.properties.function_response_types ?? []) as string[];
  const unknown = types.find((type) => type !== "ReportBatchItemFailures");
  if (unknown !== undefined)
    throw propertyUnplayable(
      mapping.address,
      "function_response_types",
      unknown,
      "Lambda API, CreateEventSourceMapping: ReportBatchItemFailures is the only value.",
    );
  const [scaling] = blocks(mapping.properties.scaling_config);
  return {
    batchSize: count(mapping, "batch_size", 10),
    windowMs: count(mapping, "maximum_batching_window_in_seconds", 0) * 1000,
    maximumConcurrency: Number(scaling?.maximum_concurrency ?? UNTHROTTLED_ENVIRONMENTS),
    reportsBatchItemFailures: types.length > 0,
    visibilityTimeoutMs: queue.settings.visibilityTimeoutSeconds * 1000,
    maximumMessageBytes: queue.settings.maximumMessageBytes,
    speed,
  };
}

export const isEnabled = (mapping: Resource): boolean => mapping.properties.enabled !== false;

/** Name or ARN of the function, as written: the last part of either is the name. */
export const functionNameOf = (mapping: Resource): string => text(mapping, "function_name").split(":").at(-1) ?? "";
