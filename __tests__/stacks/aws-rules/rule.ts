import type { Json, Properties, Resource, StackJson } from "../synthesized";

/** A rule of AWS that no emulator enforces, and a stack that breaks it. */
export interface AwsRule {
  readonly name: string;
  /** Where AWS says so. */
  readonly source: string;
  /** One line for each place that AWS would refuse, or that would not work. */
  problems(stack: StackJson): string[];
  /** Which good stack is broken; "postgres" has lambda ingress too, and a network and a database. @default "direct" */
  readonly breaks?: "direct" | "lambda" | "postgres";
  /** Changes a good stack so that the rule does not hold. */
  breakIt(stack: StackJson): void;
  /** The problems of the broken stack, in full. */
  readonly found: readonly string[];
}

const REFERENCE = /\$\{((?:data\.)?[a-z0-9_]+\.[A-Za-z0-9_-]+)\.([a-z0-9_]+)(?:\[\d\](?:\.[a-z0-9_]+)?)?\}/;

/** Address of the resource that a property refers to. */
export function referred(value: Json | undefined): string | undefined {
  return typeof value === "string" ? REFERENCE.exec(value)?.[1] : undefined;
}

/** Text with references to literal attributes filled in. */
export function filled(stack: StackJson, value: Json | undefined): string {
  if (typeof value !== "string") return "";
  return value.replace(new RegExp(REFERENCE, "g"), (whole: string, address: string, attribute: string) => {
    const [type = "", name = ""] = address.split(".");
    const literal = stack.resource[type]?.[name]?.[attribute];
    return typeof literal === "string" ? literal : whole;
  });
}

export const num = (value: Json | undefined, absent = Number.NaN): number =>
  typeof value === "number" ? value : absent;
export const str = (value: Json | undefined): string => (typeof value === "string" ? value : "");
export const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as Json[]) : []);
export const map = (value: Json | undefined): Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Properties) : {};

export function within(address: string, property: string, value: Json | undefined, min: number, max: number): string[] {
  if (value === undefined) return [];
  const n = num(value);
  return n >= min && n <= max ? [] : [`${address}: ${property} is ${JSON.stringify(value)}, not ${min}–${max}`];
}

export function named(resource: Resource, property: string, form: RegExp): string[] {
  const name = str(resource.properties[property]);
  return form.test(name) ? [] : [`${resource.address}: ${property} is "${name}", not ${form.source}`];
}

export interface PolicyStatement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: { readonly Service?: string } | string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export function statements(policy: Json | undefined): PolicyStatement[] {
  return (JSON.parse(str(policy)) as { Statement: PolicyStatement[] }).Statement;
}

export const many = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];
