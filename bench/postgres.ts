/**
 * `npm run bench:postgres`: rows per second of the complete handler against a raw INSERT of the same rows, a batch at a
 * time and row by row, into one real PostgreSQL by TLS that waits for the disk at each commit. Each connection is a
 * process, as an execution environment is.
 * Exits with 1 when what is claimed does not hold.
 */
import type { ClientSettings } from "./postgres-client";

const [, , told] = process.argv;

async function main(): Promise<void> {
  // Each loads only its own: what a process holds makes its garbage collector slower.
  if (told === undefined) process.exitCode = (await (await import("./postgres-compare")).compare()) ? 0 : 1;
  else await (await import("./postgres-client")).serveParent(JSON.parse(told) as ClientSettings);
}

main().catch((error: unknown) => {
  process.stderr.write(`${String((error as Error).stack ?? error)}\n`);
  process.exitCode = 1;
});
