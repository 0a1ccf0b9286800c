/** What a verification found, for a program. Pure. */
import { lineChanges, notProbed, type Table } from "./advice";
import { agrees } from "./report";
import type { Verification } from "./verify";

/** `did` is null for what could not be looked at; of several `changes`, one will do. */
export function jsonReport(verification: Verification, table: Table) {
  const { origin, ingress, runId, tableName, results } = verification;
  return {
    origin,
    ingress,
    runId,
    table: tableName ?? null,
    agrees: agrees(verification),
    probes: results.map(({ probe, request, aspects, rests, changes, ...result }) => ({
      id: probe.id,
      asks: probe.asks,
      request: { method: request.method, path: request.path },
      agrees: result.agrees,
      aspects: aspects.map(({ aspect, assumed, did }) => ({ aspect, assumed, did: did ?? null })),
      restsOn: rests.map((name) => ({ name, line: table.lineOf(name) })),
      changes: changes.map((change) => lineChanges(change, table)),
    })),
    notProbed: notProbed(table.assumptions),
  };
}
