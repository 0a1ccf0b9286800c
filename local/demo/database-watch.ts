/** Puts a database under load while a run lasts, and watches what that does to its connections and to a bystander. */
import type { LocalRun } from "../start";
import { BYSTANDER_CLIENTS, Bystander } from "./bystander";
import { ConnectionSampler } from "./connections";
import { bystanderReport, type ConnectionsReport } from "./connections-report";

/**
 * A busy database does not get more done because more ask at once: each connection that is at work makes every
 * statement so much slower. So five connections store as much in a second as fifty.
 */
const LOAD_MS = 40;

export interface Watched {
  readonly connections: ConnectionsReport;
  /** What ended otherwise than with an answer or for want of room. */
  readonly faults: readonly string[];
}

export class DatabaseWatch {
  private constructor(
    private readonly run: LocalRun,
    private readonly database: NonNullable<LocalRun["database"]>,
    private readonly user: string,
    private readonly sampler: ConnectionSampler,
    private readonly bystander: Bystander,
    private readonly loadMs: number,
  ) {}

  /**
   * @param began when the run began, on the clock of `performance.now()`
   * @returns undefined where the sink is no database
   */
  static async start(run: LocalRun, began: number, loadMs: number = LOAD_MS): Promise<DatabaseWatch | undefined> {
    const { database } = run;
    if (database === undefined) return undefined;
    const { DATABASE_USER: user = "" } = run.consumer.settings.variables;
    const sampler = await ConnectionSampler.start(database.connection, user, {
      began,
      onSample: ({ consumer }) => {
        // Those of frozen environments are open, and ask nothing.
        database.statementDelayMs = Math.min(consumer, run.consumer.concurrency) * loadMs;
      },
    });
    const { host, port } = database.address;
    const address = { host, port, database: database.settings.name, ssl: { ca: database.certificate.cert } };
    const bystander = await Bystander.start(database.connection, address);
    return new DatabaseWatch(run, database, user, sampler, bystander, loadMs);
  }

  async stop(): Promise<void> {
    await this.bystander.stop();
    await this.sampler.stop();
    this.database.statementDelayMs = 0;
  }

  /** What was seen so far. */
  watched(): Watched {
    const { experience } = this.bystander;
    const { samples } = this.sampler;
    const counted = this.database.connections(this.user);
    const connections = {
      // Between two samples there may have been more, which the front has counted.
      highest: Math.max(counted.highest, ...samples.map(({ consumer }) => consumer)),
      highestOfAll: Math.max(0, ...samples.map(({ all }) => all)),
      budget: Number(this.run.outputs.connection_budget),
      maxConnections: this.database.maxConnections,
      refused: counted.refused,
      bystanderRefused: experience.refused,
      bystander: bystanderReport(BYSTANDER_CLIENTS, experience),
      retries: this.run.timeline.count({ step: "returned" }),
      loadMs: this.loadMs,
      overTime: samples,
    };
    const failures = new Set(experience.failures);
    return { connections, faults: [...failures].map((failure) => `the bystander was told: ${failure}`) };
  }
}
