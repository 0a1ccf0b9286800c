/** The processes of bench/postgres.ts that store rows, as whoever measures them sees them. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { SQSRecord } from "aws-lambda";
import { RULES } from "../__tests__/functions/factories";
import { projectRoot } from "../cli/synthesize";
import type { DatabaseLogin } from "../functions/database/connection";
import { DATABASE_ENVIRONMENT, POSTGRES_CONSUMER_ENVIRONMENT } from "../functions/environment";
import type { Answer, Ask, ClientSettings, Kind } from "./postgres-client";

/** The memory of a function, and one thread for all of its work: it has a part of one vCPU. */
const AS_A_FUNCTION = ["--max-old-space-size=256", "--single-threaded-gc"];

export class BenchClient {
  readonly #ended: Promise<unknown[]>;

  private constructor(private readonly child: ChildProcess) {
    this.#ended = once(child, "exit");
  }

  /** @returns a client that is connected, or will be with its first batch */
  static async start(kind: Kind, login: DatabaseLogin): Promise<BenchClient> {
    const { host, port, database, user, authorities = [] } = login;
    const bundle = join(projectRoot, "dist/functions/consume-postgres/index.js");
    const settings: ClientSettings = { kind, bundle, host, port, database, user, authority: authorities.join("\n") };
    const child = fork(__filename, [JSON.stringify(settings)], {
      execArgv: AS_A_FUNCTION,
      env: {
        [DATABASE_ENVIRONMENT.host]: host,
        [DATABASE_ENVIRONMENT.port]: String(port),
        [DATABASE_ENVIRONMENT.name]: database,
        [DATABASE_ENVIRONMENT.user]: user,
        [POSTGRES_CONSUMER_ENVIRONMENT.ingress]: RULES.ingress,
        [POSTGRES_CONSUMER_ENVIRONMENT.headerSets]: JSON.stringify(RULES.headerSets),
        AWS_REGION: "us-east-1",
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      },
      // The log lines are made and written, and read by nobody.
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const client = new BenchClient(child);
    await client.#answer();
    return client;
  }

  prepare(batches: readonly (readonly SQSRecord[])[]): Promise<void> {
    return this.#ask({ prepare: batches });
  }

  /** Stores the batches, one after the other. */
  store(): Promise<void> {
    return this.#ask("go");
  }

  async stop(): Promise<void> {
    if (this.child.connected) this.child.disconnect();
    await this.#ended;
  }

  #ask(ask: Ask): Promise<void> {
    this.child.send(ask);
    return this.#answer();
  }

  async #answer(): Promise<void> {
    const [answer] = (await Promise.race([once(this.child, "message"), this.#ended])) as [Answer | number | null];
    if (answer === "ready") return;
    throw new Error(typeof answer === "object" && answer !== null ? answer.fault : `a client ended with ${answer}`);
  }
}
