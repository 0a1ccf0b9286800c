/** Typed readers for a resource's arguments, with Terraform's own defaults given where they are read. */
import { propertyMissing, propertyUnplayable } from "./errors";
import type { Resource } from "./template";
import { isRecord } from "./terraform-json";

export type Block = Readonly<Record<string, unknown>>;

/** @throws LocalRunError when it is not set */
export function text(resource: Resource, name: string): string {
  const value = resource.properties[name];
  if (value === undefined || value === null) throw propertyMissing(resource.address, name);
  return String(value);
}

/** @throws LocalRunError when it is something else than a number */
export function count(resource: Resource, name: string, otherwise: number): number {
  const value = resource.properties[name] ?? otherwise;
  const number = Number(value);
  if (!Number.isFinite(number)) throw propertyUnplayable(resource.address, name, value, "It must be a number.");
  return number;
}

/** @throws LocalRunError naming the rule when the argument has another value */
export function mustBe(resource: Resource, name: string, allowed: readonly unknown[], rule: string): void {
  const value = resource.properties[name];
  if (!allowed.includes(value)) throw propertyUnplayable(resource.address, name, value, rule);
}

/** Nested blocks: Terraform JSON takes one as an object, several as a list. */
export function blocks(value: unknown): readonly Block[] {
  return (Array.isArray(value) ? (value as unknown[]) : [value]).filter(isRecord);
}

/** An argument that holds JSON as text. @throws LocalRunError when it is not a JSON object */
export function jsonObject(resource: Resource, name: string): Block | undefined {
  const value = resource.properties[name];
  if (value === undefined || value === null || value === "") return undefined;
  try {
    const parsed: unknown = JSON.parse(String(value));
    if (isRecord(parsed)) return parsed;
  } catch {
    // Told below, with the value.
  }
  throw propertyUnplayable(resource.address, name, value, "It must be a JSON object, written as text.");
}
