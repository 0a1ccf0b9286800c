/** A probe's request as it goes onto the wire: marked, so that its event can be told from a sender's and found again. */
import { randomBytes } from "node:crypto";
import type { ProbeRequest } from "./probe";

/** The first segment of every probe's path, which makes it the source of every probe's event. */
export const SOURCE = "webhook-verify-aws";

export interface MarkedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array | undefined;
  /** The sender's delivery id; undefined where the probe leaves it out. */
  readonly eventId: string | undefined;
}

/** Lower-case letters and digits only: it stands in paths, ids and headers. */
export function newRunId(): string {
  return randomBytes(5).toString("hex");
}

/** The path below which every request of a run is. */
export function pathOfRun(runId: string): string {
  return `/${SOURCE}/${runId}`;
}

export function marked({ id, request }: { readonly id: string; readonly request: ProbeRequest }, runId: string) {
  const { method, path = `/${id}`, body, headers: own = {} } = request;
  const ids = `${runId}-${id}`;
  const headers = {
    "content-type": "application/json",
    "user-agent": `${SOURCE}/${runId}`,
    // Each header that direct ingress maps on this path: an absent one is a probe's question, not every probe's.
    "x-github-event": "verify",
    "x-github-delivery": ids,
    "webhook-id": ids,
    "svix-id": ids,
    "x-shopify-webhook-id": ids,
    ...own,
    // Node chunks what it does not know the length of.
    ...(body !== undefined && { "content-length": String(body.byteLength) }),
  };
  return {
    method,
    path: `${pathOfRun(runId)}${path}`,
    headers: Object.fromEntries(Object.entries(headers).filter(isPresent)),
    body,
    eventId: headers["x-github-delivery"] as string | undefined,
  } satisfies MarkedRequest;
}

function isPresent<Value>(entry: [string, Value | undefined]): entry is [string, Value] {
  return entry[1] !== undefined;
}
