/** What was seen of a probe, by aspect, in the words of the expectations. Pure. */
import type { Answered } from "./answer";
import type { Found } from "./events-table";
import {
  ABSENT,
  BODY,
  describeBody,
  describeHash,
  headerOf,
  METHOD,
  NOTHING,
  PATH,
  QUERY,
  RECORD,
  SENDER,
  STORED,
} from "./observation";
import { rejectedRecord } from "./probe";

export interface Sighting {
  readonly answered: Answered;
  /** What the table has of it. Undefined: it could not be looked for. */
  readonly table: { readonly found: Found | undefined; readonly waitSeconds: number } | undefined;
  /** Shown as "…": the path of the run. */
  readonly pathOfRun: string;
}

/** @returns undefined for what could not be looked at */
export type Observe = (aspect: string) => string | undefined;

export function observe({ answered, table, pathOfRun }: Sighting): Observe {
  const shorten = (text: string) => text.replaceAll(pathOfRun, "…");
  return (aspect) => {
    if (aspect === SENDER) return answered.sees;
    if (table === undefined) return undefined;
    const { found, waitSeconds } = table;
    const nothing = answered.isAccepted ? `${NOTHING} within ${waitSeconds} s` : NOTHING;
    if (aspect === RECORD) return found === undefined ? nothing : recordOf(found);
    return found === undefined ? ABSENT : shorten(factOf(found, aspect));
  };
}

function recordOf({ state, reason }: Found): string {
  if (state === "stored") return STORED;
  return state === "rejected" ? rejectedRecord(reason) : `a ${state} record, ${reason}`;
}

function factOf({ method, path, query, headers, body }: Found, aspect: string): string {
  const name = headerOf(aspect);
  if (name !== undefined) return headers[name] ?? ABSENT;
  if (aspect === METHOD) return method ?? ABSENT;
  if (aspect === PATH) return path ?? ABSENT;
  if (aspect === QUERY) return query ?? ABSENT;
  if (aspect !== BODY) throw new Error(`no probe knows the aspect "${aspect}"`);
  return body instanceof Uint8Array ? describeBody(body) : describeHash(body.bytes, body.sha256);
}
