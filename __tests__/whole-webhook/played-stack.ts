/** A stack synthesized from settings and running on this machine, as whole-webhook tests use it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, type TerraformStack } from "cdktf";
import { type Account, account } from "../../local/demo/account";
import { Operator } from "../../local/demo/look";
import { type Sent, sendAll, withMessageIds } from "../../local/demo/send";
import type { Delivery } from "../../local/demo/workload";
import { type LocalRun, startLocal } from "../../local/start";
import type { StackProps } from "../../stacks/intake-stack";
import { PostgresSinkStack } from "../../stacks/postgres-sink-stack";
import { type EnvironmentSettings, readSettings } from "../../stacks/settings";
import { WebhookStack } from "../../stacks/webhook-stack";

const DIST = join(__dirname, "../../dist");

export type Secrets = Readonly<Record<string, string | readonly string[]>>;

export interface PlayedStack {
  readonly run: LocalRun;
  readonly operator: Operator;
  /** Sends over this many connections at once. */
  send(deliveries: readonly Delivery[], connections?: number): Promise<readonly Sent[]>;
  /** Waits until every accepted delivery has ended: deleted from the queue, or dead-lettered. */
  settled(sent: readonly Sent[], withinMs?: number): Promise<void>;
  /** Sends one after the other, and waits until each has ended. */
  deliver(...deliveries: readonly Delivery[]): Promise<readonly Sent[]>;
  account(sent: readonly Sent[]): Promise<Account>;
  /** The secrets of the sources from now on, by their names in the settings. */
  setSecrets(secrets: Secrets): void;
  stop(): Promise<void>;
}

export interface PlayOptions {
  /** Divides the visibility timeout; the function's own timeout is not shortened below 2 s. @default 1 */
  readonly speed?: number;
  /** Changes the synthesized JSON before it is played. @default as it is */
  readonly change?: (json: string) => string;
  /** By name, as `local-secrets.json` has them. @default none */
  readonly secrets?: Secrets;
}

/** The stack whose sink is a table. */
export function playStack(settings: EnvironmentSettings = {}, options: PlayOptions = {}): Promise<PlayedStack> {
  return play((app, props) => new WebhookStack(app, "webhook-test", props), settings, options);
}

/** The stack whose sink is PostgreSQL. */
export function playPostgresStack(settings: EnvironmentSettings, options: PlayOptions = {}): Promise<PlayedStack> {
  return play(
    (app, props) => {
      const { postgresSink: sink } = props.settings;
      if (sink === undefined) throw new Error("the settings have no postgresSink");
      return new PostgresSinkStack(app, "postgres-sink-test", { ...props, sink });
    },
    settings,
    options,
  );
}

async function play(
  make: (app: App, props: StackProps) => TerraformStack,
  settings: EnvironmentSettings,
  { speed = 1, change, secrets = {} }: PlayOptions,
): Promise<PlayedStack> {
  const outdir = mkdtempSync(join(tmpdir(), "webhook-played-"));
  const app = new App({ outdir });
  const stack = make(app, {
    environment: "test",
    settings: readSettings("test", settings),
    functionsDirectory: join(DIST, "functions"),
  });
  app.synth();
  const directory = join(outdir, "stacks", stack.node.id);
  if (change !== undefined) {
    const file = join(directory, "cdk.tf.json");
    writeFileSync(file, change(readFileSync(file, "utf8")));
  }
  const bootstrapFile = join(DIST, "bootstrap.cjs");
  const secretsFile = join(outdir, "secrets.json");
  const setSecrets = (all: Secrets) => writeFileSync(secretsFile, JSON.stringify(all));
  setSecrets(secrets);
  const run = await startLocal(directory, { speed, bootstrapFile, secretsFile }).catch((error: unknown) => {
    rmSync(outdir, { recursive: true });
    throw error;
  });
  const operator = new Operator(run);
  const send = async (deliveries: readonly Delivery[], connections = 16) =>
    withMessageIds(await sendAll(run.url, deliveries, { connections }), run.timeline);
  const settled = (sent: readonly Sent[], withinMs = 30_000) =>
    run.timeline.untilEach(
      sent.map(({ messageId }) => messageId).filter((id) => id !== ""),
      ["deleted", "dead-lettered"],
      { withinMs },
    );
  return {
    run,
    operator,
    send,
    settled,
    deliver: async (...deliveries) => {
      const sent: Sent[] = [];
      for (const one of deliveries) {
        const [answer] = await send([one], 1);
        if (answer === undefined) throw new Error("the delivery got no answer");
        await settled([answer]);
        sent.push(answer);
      }
      return sent;
    },
    setSecrets,
    account: async (sent) =>
      account(sent, await operator.records(), { deadLettered: await operator.deadLetteredMessageIds() }),
    stop: async () => {
      await operator.close();
      await run.stop();
      rmSync(outdir, { recursive: true });
    },
  };
}

let made = 0;

/** A delivery of GitHub's; what it is about can be given. */
export function delivery(about: Partial<Delivery> & { readonly text?: string } = {}): Delivery {
  const { text = `{"number":${++made}}`, deliveryId = `delivery-${++made}`, ...rest } = about;
  return {
    purpose: "event",
    method: "POST",
    path: "/github",
    body: Buffer.from(text),
    deliveryId,
    ...rest,
    headers: { "content-type": "application/json", "x-github-delivery": deliveryId, ...rest.headers },
  };
}
