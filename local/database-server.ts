/**
 * The PostgreSQL server behind an aws_db_instance: a real one, in a temporary folder that only this user can enter. It
 * listens on a Unix socket in that folder and nowhere else; database-front.ts is what the functions reach.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { databaseBinaries } from "./database-binaries";
import { databaseFailed } from "./errors";
import { Warden } from "./warden";

/** RDS's own superuser has this name. Here it is for the local run and whoever looks inside. */
export const SUPERUSER = "rdsadmin";
/** The role whose members log in with an IAM token. */
export const IAM_ROLE = "rds_iam";
/** The server listens on no port; the socket's file is named by one all the same. */
export const SOCKET_PORT = 5432;

export interface ServerSettings {
  readonly maxConnections: number;
  /** Of the parameter group, without RDS's own. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Logs in with its password, whatever role it is a member of. */
  readonly administrator: string;
}

/** What a run needs and RDS does not set: no port, few processes, and the socket in the folder. */
const ownSettings = (folder: string): Readonly<Record<string, string>> => ({
  listen_addresses: "",
  unix_socket_directories: folder,
  io_method: "sync",
  logging_collector: "off",
  log_destination: "stderr",
});
const READY = "database system is ready to accept connections";
/** As long as a slow machine may take to start, or to recover after a crash. */
const START_MS = 60_000;
/** How many of the server's last lines a failure shows. */
const SHOWN_LINES = 8;

export class DatabaseServer {
  #process: ChildProcess | undefined;
  readonly #warden = new Warden();
  readonly #lastLines: string[] = [];
  readonly #settings: ServerSettings;
  readonly #identity = unprivileged();

  private constructor(
    /** Holds the data and the socket. */
    readonly folder: string,
    settings: ServerSettings,
  ) {
    this.#settings = settings;
  }

  /** Makes a new cluster and starts it. @throws LocalRunError with what PostgreSQL said */
  static async make(settings: ServerSettings): Promise<DatabaseServer> {
    const server = new DatabaseServer(mkdtempSync(join(tmpdir(), "webhook-database-")), settings);
    try {
      server.#warden.owns(server.folder);
      if (server.#identity.uid !== undefined)
        chownSync(server.folder, server.#identity.uid, server.#identity.gid ?? -1);
      await server.#initialize();
      await server.start();
      return server;
    } catch (error) {
      await server.remove();
      throw error;
    }
  }

  get isRunning(): boolean {
    return this.#process !== undefined;
  }

  /** Starts it on the data that is there. @throws LocalRunError with what PostgreSQL said */
  async start(): Promise<void> {
    if (this.isRunning) return;
    const { maxConnections, parameters } = this.#settings;
    const settings = { ...parameters, max_connections: String(maxConnections), ...ownSettings(this.folder) };
    const child = this.#spawn("postgres", [
      ...["-D", this.#data, "-p", String(SOCKET_PORT)],
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ]);
    const { pid } = child;
    if (pid !== undefined) {
      this.#warden.started(pid);
      child.once("exit", () => this.#warden.ended(pid));
    }
    await this.#untilReady(child);
    this.#process = child;
    child.once("exit", () => {
      this.#process = undefined;
    });
  }

  /** Ends every connection and the server; what is committed stays. @param how "crash": as if the power had failed */
  async stop(how: "orderly" | "crash" = "orderly"): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    const ended = once(child, "exit");
    // PostgreSQL manual, "Shutting Down the Server": fast, and immediate.
    child.kill(how === "orderly" ? "SIGINT" : "SIGQUIT");
    await ended;
  }

  /** Ends it and removes its data. */
  async remove(): Promise<void> {
    await this.stop("crash");
    rmSync(this.folder, { recursive: true, force: true });
    this.#warden.stop();
  }

  /** A connection to it that has not logged in. */
  connect(): Socket {
    return connect(join(this.folder, `.s.PGSQL.${SOCKET_PORT}`));
  }

  get #data(): string {
    return join(this.folder, "data");
  }

  async #initialize(): Promise<void> {
    // A run's data need not outlive the machine: nothing is synced while the cluster is made. Commits are, as on RDS.
    const child = this.#spawn("initdb", [
      ...["-D", this.#data, "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--locale=C"],
      ...["--no-sync", "--no-data-checksums", "--no-instructions"],
    ]);
    const [code] = (await once(child, "close")) as [number | null];
    if (code !== 0) throw this.#failure("it cannot be set up");
    writeFileSync(join(this.#data, "pg_hba.conf"), admissions(this.#settings.administrator));
  }

  #spawn(program: "initdb" | "postgres", parameters: readonly string[]): ChildProcess {
    const child = spawn(databaseBinaries()[program], parameters, {
      ...this.#identity,
      // Ctrl-C in a terminal is ours to handle, not the server's.
      detached: true,
      env: { LC_ALL: "C", TZ: "UTC" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr])
      if (stream !== null) createInterface({ input: stream }).on("line", (line) => this.#keep(line));
    child.once("error", (error) => this.#keep(error.message));
    return child;
  }

  #keep(line: string): void {
    this.#lastLines.push(line);
    if (this.#lastLines.length > SHOWN_LINES) this.#lastLines.shift();
  }

  #untilReady(child: ChildProcess): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => child.kill("SIGKILL"), START_MS);
      const ended = () => reject(this.#failure("it does not start"));
      child.stderr?.on("data", (output: Buffer) => {
        if (!output.includes(READY)) return;
        clearTimeout(timer);
        child.off("close", ended);
        resolve();
      });
      child.once("close", () => clearTimeout(timer)).once("close", ended);
    });
  }

  #failure(what: string) {
    return databaseFailed(`${what}:\n    ${this.#lastLines.join("\n    ")}`);
  }
}

/**
 * Who is let in how, by the server (pg_hba.conf). Members of the IAM role come without a password: the front checks their
 * token. The administrator may grant that role, for which it has to be a member in this version of PostgreSQL.
 */
const admissions = (administrator: string): string =>
  [
    `local all ${SUPERUSER} trust`,
    `local all "${administrator}" scram-sha-256`,
    `local all +${IAM_ROLE} trust`,
    "local all all scram-sha-256",
    "",
  ].join("\n");

/** PostgreSQL refuses to run as root; nobody then runs it. Everybody else runs it as themselves. */
function unprivileged(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}
