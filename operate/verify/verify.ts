/** Sends every probe to a stack, looks what became of each, and compares it with what the local run assumes. */
import { type Answered, readAnswer, unanswered } from "./answer";
import type { Assumptions } from "./beliefs";
import { type Comparison, compare } from "./compare";
import { ingressOther, ingressUnknown, unreachable } from "./errors";
import { EventsTable, type Ids, type TablePlace } from "./events-table";
import { type MarkedRequest, marked, newRunId, pathOfRun } from "./marked-request";
import { observe } from "./observe";
import type { Ingress, Probe } from "./probe";
import { PROBES } from "./probes";
import { send } from "./send";
import type { Target } from "./target";

export interface VerifyOptions {
  readonly target: Target;
  /** Undefined: the answer to the first probe tells. */
  readonly ingress: Ingress | undefined;
  /** Undefined: only what the sender sees is compared. */
  readonly table: TablePlace | undefined;
  /** How long to wait for accepted events to be in the table. */
  readonly waitSeconds: number;
  readonly assumptions: Assumptions;
}

export interface Verification {
  readonly origin: string;
  /** Who was probed: nobody should read "AWS did" of a local run. */
  readonly subject: "AWS" | "The probed local run";
  readonly ingress: Ingress;
  readonly runId: string;
  readonly tableName: string | undefined;
  readonly results: readonly Result[];
}

export interface Result extends Comparison {
  readonly probe: Probe;
  readonly request: MarkedRequest;
}

interface Sent {
  readonly probe: Probe;
  readonly request: MarkedRequest;
  readonly answered: Answered;
}

/** How many requests a verification sends. */
export const REQUESTS = PROBES.length;

/**
 * @throws VerifyError when the table cannot be read, the stack cannot be reached, or it is no such stack; of the
 *   probes, at most the first has then been sent
 */
export async function verify(options: VerifyOptions): Promise<Verification> {
  const { target, assumptions, waitSeconds } = options;
  const table = options.table && new EventsTable(options.table);
  try {
    await table?.check();
    const runId = newRunId();
    const [first, ...others] = PROBES;
    const sent = [await sendFirst(target, first, runId)];
    const seen = sent[0]?.answered.ingress;
    if (options.ingress !== undefined && seen !== undefined && seen !== options.ingress) {
      throw ingressOther(target.origin, options.ingress, seen);
    }
    const ingress = options.ingress ?? seen;
    if (ingress === undefined) throw ingressUnknown(target.origin, sent[0]?.answered.sees ?? "");
    // One after the other: no stage's throttle has to bear with a burst.
    for (const probe of others) sent.push(await sendProbe(target, probe, runId));

    const found = await table?.find(
      sent.map(idsOf),
      sent.filter(({ answered }) => answered.isAccepted).map(idsOf),
      waitSeconds * 1_000,
    );
    const results = sent.map(({ probe, request, answered }, index): Result => {
      // Without the API's request id a record of it could not be found: that there is none would be no finding.
      const isLookedFor = found?.[index] !== undefined || answered.requestId !== undefined;
      const inTable = found && isLookedFor ? { found: found[index], waitSeconds } : undefined;
      const seen = observe({ answered, table: inTable, pathOfRun: pathOfRun(runId) });
      return { probe, request, ...compare(probe.expected[ingress], assumptions, seen) };
    });
    const subject = target.isLoopback ? "The probed local run" : "AWS";
    return { origin: target.origin, subject, ingress, runId, tableName: options.table?.tableName, results };
  } finally {
    table?.close();
  }
}

/** The first one has to be answered: else there is no stack. */
async function sendFirst(target: Target, probe: Probe, runId: string): Promise<Sent> {
  const request = marked(probe, runId);
  const answer = await send(target, request).catch((error: unknown) => {
    throw unreachable(target.origin, error);
  });
  return { probe, request, answered: readAnswer(request.method, answer) };
}

async function sendProbe(target: Target, probe: Probe, runId: string): Promise<Sent> {
  const request = marked(probe, runId);
  const answered = await send(target, request).then((answer) => readAnswer(request.method, answer), unanswered);
  return { probe, request, answered };
}

function idsOf({ request, answered }: Sent): Ids {
  return { eventId: request.eventId, requestId: answered.requestId, messageId: answered.messageId };
}
