import type { Client } from "pg";
import { isConnectionLost, isConnectionUsable } from "./connection-lost";

/** After so long it is asked first whether the connection still lives: one that died silently would cost the whole invocation. */
const ASK_AFTER_IDLE_MS = 30_000;
/** How long the answer may take. */
const ANSWER_WITHIN_MS = 1_000;

/** What is done with a connection. It may be done twice: it has to come to the same. */
export type Work<T> = (client: Client) => Promise<T>;

interface Connection {
  readonly client: Client;
  /** The signal of the invocation that opened it, which tells invocations apart. */
  readonly openedFor: AbortSignal;
  usedAt: number;
}

export interface SessionOptions {
  /** Opens a connection, or throws; ends the attempt at the signal. */
  readonly open: (signal: AbortSignal) => Promise<Client>;
  /** Milliseconds since the epoch; goes on while the environment is frozen. @default Date.now */
  readonly now?: () => number;
}

/**
 * The one connection of an execution environment: opened when it is needed, kept for the next invocations, used by one
 * at a time. One that was ended while the environment was frozen is opened again once within an invocation.
 */
export class DatabaseSession {
  readonly #open: SessionOptions["open"];
  readonly #now: () => number;
  #connection: Connection | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ open, now = Date.now }: SessionOptions) {
    this.#open = open;
    this.#now = now;
  }

  /**
   * @param signal of the invocation; it ends the connection, and with it what is under way
   * @throws what opening or the work threw
   */
  run<T>(work: Work<T>, signal: AbortSignal): Promise<T> {
    const turn = this.#last.then(() => this.#runNow(work, signal));
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Ends the connection, when nothing is under way any more. */
  async close(): Promise<void> {
    await this.#last;
    await this.#connection?.client.end();
    this.#connection = undefined;
  }

  async #runNow<T>(work: Work<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const kept = await this.#keptAlive(signal);
    if (kept === undefined) return this.#use(await this.#opened(signal), work, signal);
    try {
      return await this.#use(kept, work, signal);
    } catch (fault) {
      if (kept.openedFor === signal || signal.aborted || !isConnectionLost(fault)) throw fault;
    }
    return this.#use(await this.#opened(signal), work, signal);
  }

  /** @returns undefined when there is none, or it did not answer */
  async #keptAlive(signal: AbortSignal): Promise<Connection | undefined> {
    const kept = this.#connection;
    if (kept === undefined || this.#now() - kept.usedAt < ASK_AFTER_IDLE_MS) return kept;
    const timer = setTimeout(() => void kept.client.end(), ANSWER_WITHIN_MS);
    try {
      return await this.#use(kept, (client) => client.query("SELECT 1").then(() => kept), signal);
    } catch {
      this.#drop(kept);
      signal.throwIfAborted();
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  async #opened(signal: AbortSignal): Promise<Connection> {
    const client = await this.#open(signal);
    this.#connection = { client, openedFor: signal, usedAt: this.#now() };
    return this.#connection;
  }

  async #use<T>(connection: Connection, work: Work<T>, signal: AbortSignal): Promise<T> {
    const { client } = connection;
    // With a statement under way it does not wait for its answer.
    const end = () => void client.end();
    signal.addEventListener("abort", end, { once: true });
    try {
      return await work(client);
    } catch (fault) {
      if (signal.aborted || !isConnectionUsable(fault)) this.#drop(connection);
      throw fault;
    } finally {
      signal.removeEventListener("abort", end);
      connection.usedAt = this.#now();
    }
  }

  #drop(connection: Connection): void {
    void connection.client.end();
    if (this.#connection === connection) this.#connection = undefined;
  }
}
