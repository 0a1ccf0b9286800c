/** Who sends, and what its events are called: schema of `sources`. The rules stand in source-rules.ts. */
import { z } from "zod";
import { parsePointer } from "../functions/environment";
import { isCidr } from "./cidr";
import * as limits from "./limits";
import { listOf, oneOf, text, told } from "./setting-rules";
import { headerName, signature } from "./signature-settings";

const SOURCE = "stacks/source-settings.ts";

export const cidr = z
  .string(told("text", SOURCE))
  .refine(
    isCidr,
    told(
      'a network such as "192.0.2.0/24", "192.0.2.7/32" or "2001:db8::/32", no bit set behind its prefix',
      "RFC 4632 and RFC 4291, prefixes",
    ),
  );

/** Lower case, so that no two sources differ in case only, and short enough for a header set's name. */
const sourceName = text(
  /^[a-z0-9][a-z0-9-]{0,39}$/,
  "a name of 1 to 40 lower-case letters, digits and hyphens: its events' keys start with it",
  SOURCE,
);

const path = text(
  /^\/(?:[A-Za-z0-9._~-]+(?:\/[A-Za-z0-9._~-]+)*(?:\/\*)?|\*)?$/,
  'a path such as "/github", or "/stripe/*" for all below it as well: letters, digits and . _ ~ - between slashes',
  "API Gateway Developer Guide, routes for HTTP APIs",
);

const jsonPointer = z
  .string(told("text", SOURCE))
  .max(256, told("256 characters at most", "our own"))
  .refine((pointer) => parsePointer(pointer) !== undefined, told('a JSON pointer such as "/data/id"', "RFC 6901"));

/** A header or a place in a JSON body. */
const place = [{ header: headerName }, { jsonPointer }] as const;

const identity = z.union(
  [z.strictObject(place[0]), z.strictObject(place[1]), z.literal(["content", "request"])],
  told('{ header: "…" }, { jsonPointer: "/…" }, "content" or "request"', "functions/event/source.ts"),
);

const accept = listOf(
  z.string(told("text", SOURCE)).min(1, told("text", SOURCE)).max(256, told("256 characters at most", "our own")),
  limits.ACCEPTED_TYPES,
);
const types = z.union(
  [z.strictObject({ ...place[0], accept }), z.strictObject({ ...place[1], accept })],
  told('{ header: "…", accept: ["…"] } or { jsonPointer: "/…", accept: ["…"] }', "functions/event/source.ts"),
);

const source = z.strictObject({
  /** `/github`: this path. `/stripe/*`: this path and all below it. */
  path,
  signature,
  /** What names an event within its source. @default the scheme's own delivery id, see functions/event/delivery-id.ts */
  identity: identity.optional(),
  /** Types of events that are stored; the others are counted. @default all */
  types: types.optional(),
  /** Networks that may send to it, beside the environment's own. @default everybody's */
  allowedCidrs: listOf(cidr, limits.ALLOWED_CIDRS).optional(),
  /** What is not verified. "accept": stored, marked and apart, for the time of a migration. @default "reject" */
  onUnverified: oneOf(["reject", "accept"], SOURCE).default("reject"),
});

/** Name of a source → what it is. */
export const sources = z.record(sourceName, source).default({});

export type SourceSettings = z.output<typeof source>;
export type SourcesSettings = z.output<typeof sources>;
