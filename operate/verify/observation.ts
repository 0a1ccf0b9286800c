/** Observations in words, the same ones for what the local run assumes and for what was seen: so they can be compared. */
import { createHash } from "node:crypto";

/** What the sender sees. */
export const SENDER = "the sender sees";
/** Where the event ended. */
export const RECORD = "the table holds";
export const METHOD = "method";
export const PATH = "path";
export const QUERY = "query";
export const BODY = "body";
const HEADER = "header ";
export const header = (name: string): string => `${HEADER}${name}`;
/** The header of an aspect that is one. */
export const headerOf = (aspect: string): string | undefined =>
  aspect.startsWith(HEADER) ? aspect.slice(HEADER.length) : undefined;

export const STORED = "a stored event";
export const NOTHING = "nothing";
export const ABSENT = "absent";

/** By aspect, in words; an aspect that does not stand here is not compared. */
export type Observation = Readonly<Record<string, string>>;

/** Characters up to which a text is told in full. */
const READABLE = 100;

/** A text as it can be printed on one line. */
export const quoted = (text: string): string => JSON.stringify(text);

/** @param bytes undefined when they are elsewhere and only their number and hash are known */
export function describeBody(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("utf8");
  const isText = bytes.length <= READABLE && Buffer.from(text).equals(bytes) && !/[^\P{C}\n\t]/u.test(text);
  return isText ? quoted(text) : describeHash(bytes.length, createHash("sha256").update(bytes).digest("hex"));
}

/** @param sha256 hexadecimal */
export function describeHash(bytes: number, sha256: string): string {
  return `${bytes} bytes, SHA-256 ${sha256.slice(0, 16)}…`;
}
