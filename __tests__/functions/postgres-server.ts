/** A real PostgreSQL on a free port of this machine, by TLS, in a temporary folder. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, type ClientConfig } from "pg";
import { projectRoot } from "../../cli/synthesize";

/** How long a hook may take that starts one. It takes a second where nothing else runs. */
export const STARTS_WITHIN_MS = 60_000;

const SUPERUSER = { user: "postgres", password: "superuser of a test" } as const;

export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  readonly superuser: typeof SUPERUSER;
  /** Whom to believe its certificate, PEM. It names localhost and 127.0.0.1. */
  readonly authority: string;
  /** A connected client, the superuser's unless told otherwise. The caller ends it. */
  client(config?: ClientConfig): Promise<Client>;
  /** Runs SQL as the superuser, on a connection of its own. @returns the rows of the last statement */
  sql(text: string, database?: string): Promise<Record<string, unknown>[]>;
  /** Ends every connection and refuses new ones; nothing that was committed is lost. */
  interrupt(): Promise<void>;
  /** After `interrupt`, on the same port. */
  resume(): Promise<void>;
  /** Ends and removes it. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** @default 20 */
  readonly maxConnections?: number;
  /** Whether a commit waits for the disk. Only a bench needs that. @default false */
  readonly waitsForDisk?: boolean;
  /** More of the server's settings. */
  readonly settings?: Readonly<Record<string, string>>;
}

export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const { maxConnections = 20, waitsForDisk = false, settings = {} } = options;
  const host = "127.0.0.1";
  const port = await freePort(host);
  const given = {
    listen_addresses: host,
    unix_socket_directories: "",
    max_connections: String(maxConnections),
    ...(waitsForDisk ? {} : { fsync: "off", synchronous_commit: "off" }),
    ssl: "on",
    ...settings,
  };
  const flags = Object.entries(given).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const folder = mkdtempSync(join(tmpdir(), "postgres-"));
  const told = JSON.stringify({ folder, port, password: SUPERUSER.password, flags });
  const child = fork(join(projectRoot, "__tests__/functions/postgres-server-process.mjs"), [told], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ask = async (task: "make" | "start" | "stop") => {
    child.send(task);
    const [answer] = (await once(child, "message")) as [{ readonly done: string } | { readonly fault: string }];
    if ("fault" in answer) throw new Error(`PostgreSQL does not ${task}: ${answer.fault}`);
    return answer.done;
  };
  const stop = async () => {
    const ended = once(child, "exit");
    child.disconnect();
    await ended;
  };
  const start = async () => {
    const certificate = await ask("make");
    await ask("start");
    return certificate;
  };
  const authority = await start().catch(async (fault: unknown) => {
    await stop();
    throw fault;
  });

  const client = async (config: ClientConfig = {}) => {
    const opened = new Client({ host, port, database: "postgres", ...SUPERUSER, ...config });
    // Tests end its connections on purpose.
    opened.on("error", () => {});
    await opened.connect();
    return opened;
  };
  const sql = async (text: string, database = "postgres") => {
    const opened = await client({ database });
    try {
      const result = await opened.query<Record<string, unknown>>(text);
      return (Array.isArray(result) ? result.at(-1) : result).rows;
    } finally {
      await opened.end();
    }
  };
  return {
    host,
    port,
    superuser: SUPERUSER,
    authority,
    client,
    sql,
    interrupt: async () => void (await ask("stop")),
    resume: async () => void (await ask("start")),
    stop,
  };
}

async function freePort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
