import type { Client } from "pg";
import { databaseNotUtf8, maxConnectionsNotInForce } from "./errors";

const FACTS = `SELECT current_setting('max_connections')::int AS "maxConnections",
  current_setting('server_encoding') AS encoding`;

interface Facts {
  readonly maxConnections: number;
  readonly encoding: string;
}

/**
 * Whether the server is what the stack takes it for. A connection budget that was computed from another number holds
 * nothing, and a database that is not in UTF-8 refuses events that are well.
 * @param place host, port and name of the database, for messages
 * @throws MigrationError
 */
export async function checkServer(session: Client, place: string, maxConnections: number): Promise<void> {
  const { rows } = await session.query<Facts>(FACTS);
  const [facts] = rows;
  if (facts === undefined) throw new Error("the server said nothing of itself");
  if (facts.maxConnections < maxConnections)
    throw maxConnectionsNotInForce(place, facts.maxConnections, maxConnections);
  if (facts.encoding !== "UTF8") throw databaseNotUtf8(place, facts.encoding);
}
