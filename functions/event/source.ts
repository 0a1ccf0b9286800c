import { sourceOf as firstSegment } from "./identity";
import type { Scheme } from "./signatures/scheme";

/** What names an event within its source. */
export type IdentityRule =
  /** The value of this header; its name in any case. */
  | { readonly header: string }
  /** A string or a whole number in the body, by RFC 6901. */
  | { readonly jsonPointer: string }
  /** The SHA-256 of what is signed, without the time: one event however often it is delivered, under whatever id. */
  | "content"
  /** The API's id of the request: every request is an event. */
  | "request";

/** Which events are taken: the others are counted, and not stored. */
export type TypeFilter = ({ readonly header: string } | { readonly jsonPointer: string }) & {
  readonly accept: readonly string[];
};

/** The secrets of a scheme, by name: see functions/secrets/. */
export type Signature = Scheme & {
  /** All that are valid now. Empty only for "none". */
  readonly secretNames: readonly string[];
  /** The URL that the sender was given, up to the source's path. Only for schemes that sign it. */
  readonly publicUrl?: string | undefined;
};

/** A sender, as the settings name it. */
export interface Source {
  /** The first part of its events' keys: letters, digits and hyphens. */
  readonly name: string;
  /** `/github`: this path. `/stripe/*`: this path and all below it. No two sources' paths overlap. */
  readonly path: string;
  readonly signature: Signature;
  readonly identity: IdentityRule;
  readonly types?: TypeFilter | undefined;
  /** CIDR blocks that its events may come from. Absent: any. */
  readonly allowedCidrs?: readonly string[] | undefined;
  /** "accept": stored all the same, marked, and apart from what is verified. For the time of a migration. */
  readonly onUnverified: "reject" | "accept";
}

/** What a source may be called. No colon, so that the names made below are never a source's. */
export const SOURCE_NAME = /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/;

const BELOW = "/*";

/** @returns undefined for a path that no source claims */
export function sourceOf<S extends Pick<Source, "path">>(path: string, sources: readonly S[]): S | undefined {
  return sources.find((source) => claims(source.path, path));
}

/** Whether there is a path that both would claim. */
export function pathsOverlap(one: string, other: string): boolean {
  return claims(one, baseOf(other)) || claims(other, baseOf(one));
}

/** One slash at the end is the same path, as it is to API Gateway's routes. Nothing else is: paths are not decoded. */
function claims(pattern: string, path: string): boolean {
  const base = baseOf(pattern);
  const exact = path === base || path === `${base}/`;
  return exact || (pattern.endsWith(BELOW) && path.startsWith(`${base}/`));
}

function baseOf(pattern: string): string {
  const base = pattern.endsWith(BELOW) ? pattern.slice(0, -BELOW.length) : pattern;
  return base.endsWith("/") ? base.slice(0, -1) : base;
}

/**
 * The URL as the sender called it: what it was given, and what the request had beyond the source's path.
 * @param query raw, without the `?`; empty when there is none
 */
export function publicUrlOf({ path, signature }: Pick<Source, "path" | "signature">, requested: string, query: string) {
  if (signature.publicUrl === undefined) return undefined;
  const beyond = requested.slice(baseOf(path).length);
  // The slash at the end of the URL that was given is the sender's affair.
  const joined = signature.publicUrl.endsWith("/") ? beyond.replace(/^\//, "") : beyond;
  return `${signature.publicUrl}${joined}${query === "" ? "" : `?${query}`}`;
}

/**
 * Who a request to an unclaimed path is from: the path's first segment, but never a source's name. Nothing that is not
 * verified may write a source's keys, and `/github/anything` starts like them.
 */
export function unclaimedSource(path: string, sources: readonly Pick<Source, "name">[]): string {
  const segment = firstSegment(path);
  return sources.some(({ name }) => name === segment) ? `unclaimed:${segment}` : segment;
}

/** Where events are kept that a source accepts unverified: a stranger's must not make an honest one a duplicate. */
export function unverifiedSource({ name }: Pick<Source, "name">): string {
  return `unverified:${name}`;
}
