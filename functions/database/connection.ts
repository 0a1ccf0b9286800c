import { Socket } from "node:net";
import { Client } from "pg";
import { rdsAuthorities } from "./rds-authorities";

/** Well below a function's timeout. RDS answers a log-in in some 10 ms; what takes longer is down or out of reach. */
export const CONNECT_TIMEOUT_MS = 5_000;
/** Idle time after which the system asks whether the other side is still there. */
const KEEP_ALIVE_AFTER_MS = 10_000;

export interface DatabaseLogin {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Asked for when the server asks for it, see `iamToken`. */
  readonly password: string | (() => Promise<string>);
  /** @default CONNECT_TIMEOUT_MS */
  readonly connectTimeoutMs?: number;
  /** Ends the attempt. Once connected it has no effect. */
  readonly signal?: AbortSignal;
  /** Whom to believe the server's certificate, PEM. @default the authorities of RDS */
  readonly authorities?: readonly string[];
}

/**
 * Logs in by TLS, the server's certificate and name verified. A connection that breaks later rejects the query under
 * way or the next one, and is never an uncaught error.
 * @throws the driver's or the system's error, without the password; nothing stays open then
 */
export async function openDatabase(login: DatabaseLogin): Promise<Client> {
  const { host, port, database, user, password, connectTimeoutMs = CONNECT_TIMEOUT_MS, signal } = login;
  signal?.throwIfAborted();
  const socket = new Socket();
  const client = new Client({
    host,
    port,
    database,
    user,
    password,
    // No statement_timeout here: it belongs to the role, and RDS Proxy takes no session parameters without pinning.
    ssl: { ca: [...(login.authorities ?? rdsAuthorities())], rejectUnauthorized: true },
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    // Ours, so that it can be ended at any point of the log-in.
    stream: () => socket,
  });
  client.on("error", () => {});
  const giveUp = () => socket.destroy(new Error("the time to connect ran out"));
  signal?.addEventListener("abort", giveUp, { once: true });
  try {
    await client.connect();
    return client;
  } catch (fault) {
    socket.destroy();
    throw fault;
  } finally {
    signal?.removeEventListener("abort", giveUp);
  }
}
