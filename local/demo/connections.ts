/** Watches who is connected to a database: asks the server itself, over one connection that is open all the time. */
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type ClientConfig } from "pg";

/** Connections at one moment, as `pg_stat_activity` lists them; the one that asks is left out. */
export interface ConnectionsSample {
  /** Milliseconds since the run began. */
  readonly atMs: number;
  /** Of the consumer's user. */
  readonly consumer: number;
  /** Of everybody. */
  readonly all: number;
}

/** Below the 50 ms that are promised, for the time that a question takes. */
const SAMPLE_EVERY_MS = 25;

const SAMPLE = `
  SELECT count(*) FILTER (WHERE usename = $1)::int AS consumer, count(*)::int AS "all"
  FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`;

export class ConnectionSampler {
  readonly samples: ConnectionsSample[] = [];
  readonly #client: Client;
  readonly #sampling: Promise<void>;
  #stopped = false;

  private constructor(client: Client, user: string, { began, onSample }: SamplerOptions) {
    this.#client = client;
    this.#sampling = this.#sample(user, began, onSample);
    // It is told by stop().
    this.#sampling.catch(() => undefined);
  }

  /**
   * @param login of a superuser: for these the server keeps connections back
   * @param user whose connections are counted apart
   */
  static async start(login: ClientConfig, user: string, options: SamplerOptions): Promise<ConnectionSampler> {
    const client = new Client(login);
    // A connection that breaks fails the question under way, or the next.
    client.on("error", () => undefined);
    await client.connect();
    return new ConnectionSampler(client, user, options);
  }

  /** @throws what ended the sampling before */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#sampling.finally(() => this.#client.end());
  }

  async #sample(user: string, began: number, onSample?: SamplerOptions["onSample"]): Promise<void> {
    while (!this.#stopped) {
      const { rows } = await this.#client.query<Omit<ConnectionsSample, "atMs">>(SAMPLE, [user]);
      for (const row of rows) {
        const sample = { atMs: Math.round(performance.now() - began), ...row };
        this.samples.push(sample);
        onSample?.(sample);
      }
      await sleep(SAMPLE_EVERY_MS);
    }
  }
}

interface SamplerOptions {
  /** When the run began, on the clock of `performance.now()`. */
  readonly began: number;
  readonly onSample?: (sample: ConnectionsSample) => void;
}
