/**
 * Another application on the same database: some clients that connect, query a small table of their own and disconnect,
 * again and again. It has done nothing; what a burst of webhooks does to it is what the connection budget is for.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type ClientConfig, DatabaseError } from "pg";

/** Fewer than the setting `connections.others` promises by default. */
export const BYSTANDER_CLIENTS = 4;
/** Between two queries of a client. */
const PAUSE_MS = 50;

/** PostgreSQL, Appendix A: too_many_connections. Also for the connections that are reserved for superusers. */
const TOO_MANY_CONNECTIONS = "53300";

/** Longer than a database under load takes; without an end a run would wait for one that is gone. */
const TIMEOUT_MS = 30_000;

const USER = "bystander";

/** What it saw. */
export interface Experience {
  /** Queries that were answered. */
  readonly queries: number;
  /** Connections that the database had no room for. */
  readonly refused: number;
  /** Connections that ended otherwise than with an answer, with what was said. */
  readonly failures: readonly string[];
  /** From connecting to the answer, in milliseconds, for each answered query. */
  readonly latenciesMs: readonly number[];
}

export class Bystander {
  #refused = 0;
  #stopped = false;
  readonly #failures: string[] = [];
  readonly #latenciesMs: number[] = [];
  readonly #login: ClientConfig;
  readonly #clients: readonly Promise<void>[];

  private constructor(login: ClientConfig) {
    this.#login = login;
    this.#clients = Array.from({ length: BYSTANDER_CLIENTS }, () => this.#keepQuerying());
  }

  /**
   * Makes its user and its table, and begins.
   * @param administrator makes them
   * @param address where applications connect
   */
  static async start(administrator: ClientConfig, address: ClientConfig): Promise<Bystander> {
    const password = randomBytes(16).toString("hex");
    const client = new Client(administrator);
    await client.connect();
    try {
      // Not of rds_iam, so it logs in with its password.
      await client.query(`
        CREATE ROLE ${USER} LOGIN PASSWORD '${password}';
        CREATE SCHEMA ${USER} AUTHORIZATION ${USER};
        CREATE TABLE ${USER}.orders (id int PRIMARY KEY, amount int NOT NULL);
        ALTER TABLE ${USER}.orders OWNER TO ${USER};
        INSERT INTO ${USER}.orders SELECT n, n * 100 FROM generate_series(1, 100) AS n`);
    } finally {
      await client.end();
    }
    const timeouts = { connectionTimeoutMillis: TIMEOUT_MS, query_timeout: TIMEOUT_MS };
    return new Bystander({ ...address, ...timeouts, user: USER, password });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#clients);
  }

  /** So far. */
  get experience(): Experience {
    return {
      queries: this.#latenciesMs.length,
      refused: this.#refused,
      failures: this.#failures,
      latenciesMs: this.#latenciesMs,
    };
  }

  async #keepQuerying(): Promise<void> {
    while (!this.#stopped) {
      await this.#query();
      await sleep(PAUSE_MS);
    }
  }

  async #query(): Promise<void> {
    const began = performance.now();
    const client = new Client(this.#login);
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.query(`SELECT sum(amount) FROM ${USER}.orders`);
      this.#latenciesMs.push(performance.now() - began);
    } catch (fault) {
      if (fault instanceof DatabaseError && fault.code === TOO_MANY_CONNECTIONS) this.#refused++;
      else this.#failures.push(fault instanceof Error ? fault.message : String(fault));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
