/** What a plan says of an attribute, without what must not or cannot be seen. */

/** Stands for a value that Terraform marks as sensitive: the value itself is not kept, so nothing can print it. */
export const SENSITIVE = Symbol("sensitive");
/** Stands for a value that is known only after the apply. */
export const UNKNOWN = Symbol("known after apply");

/** A symbol is one of the two above. */
export type Value = null | string | number | boolean | symbol | readonly Value[] | { readonly [name: string]: Value };

/** Plain JSON and the masks that Terraform gives beside it: true, or an object or array of masks. */
export interface Masks {
  readonly sensitive: readonly unknown[];
  readonly unknown?: unknown;
}

/** A value with every marked part replaced. What any of the sensitive masks marks is sensitive. */
export function masked(value: unknown, { sensitive, unknown }: Masks): Value {
  if (sensitive.includes(true)) return SENSITIVE;
  if (unknown === true) return UNKNOWN;
  const inside = (key: string | number) => ({
    sensitive: sensitive.map((mask) => part(mask, key)),
    unknown: part(unknown, key),
  });
  if (Array.isArray(value) || Array.isArray(unknown)) {
    const length = Math.max(sizeOf(value), sizeOf(unknown));
    return Array.from({ length }, (_, index) => masked(part(value, index), inside(index)));
  }
  if (isObject(value) || isObject(unknown)) {
    // What is unknown stands in its mask only. A mask of false or {} marks nothing.
    const unknownNames = Object.keys(isObject(unknown) ? unknown : {}).filter((name) => marks(part(unknown, name)));
    const names = new Set([...Object.keys(isObject(value) ? value : {}), ...unknownNames]);
    return Object.fromEntries([...names].map((name) => [name, masked(part(value, name), inside(name))]));
  }
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}

/** The part at a path such as "scaling_config.0.maximum_concurrency"; null where there is none. */
export function at(value: Value | undefined, path: string): Value {
  let here: Value = value ?? null;
  for (const key of path.split(".")) {
    // Of something sensitive or unknown every part is.
    if (typeof here === "symbol") return here;
    here = (part(here, key) as Value | undefined) ?? null;
  }
  return here;
}

export function list(value: Value): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

export function same(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

/** JSON with sorted names, so that equal values are equal texts. Symbols keep their description. */
export function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_name, inner: unknown) => {
    if (typeof inner === "symbol") return `(${inner.description})`;
    return isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner;
  });
}

/** For a reader: texts as they are, "none" for what is not there. */
export function shown(value: Value): string {
  if (typeof value === "symbol") return `(${value.description})`;
  if (value === null || value === "") return "none";
  return typeof value === "string" ? value : canonical(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function part(value: unknown, key: string | number): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string | number, unknown>>)[key];
}

const sizeOf = (value: unknown) => (Array.isArray(value) ? value.length : 0);
const marks = (mask: unknown): boolean => mask === true || (isContainer(mask) && Object.values(mask).some(marks));
const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;
