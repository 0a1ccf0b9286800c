/** Functions written to a temporary folder, and the processes that run them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { type EnvironmentSettings, ExecutionEnvironment } from "../../local/execution-environment";
import type { InvokeMessage } from "../../local/runtime-messages";
import { Warden } from "../../local/warden";
import { temporaryFolder } from "./written-stack";

const LOCAL = join(__dirname, "../../local");

/** Bundles a file of local/ as build.mjs does, for a process of its own. @returns the bundle */
export function bundleOf(file: string, folder = temporaryFolder()): string {
  const outfile = join(folder, file.replace(/\.ts$/, ".cjs"));
  buildSync({
    entryPoints: [join(LOCAL, file)],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    packages: "external",
  });
  return outfile;
}

/** @param body of the handler; it has `event`, `context` and `callback`. @param setUp what stands outside of it */
export function writeHandler(body: string, setUp = ""): string {
  const file = join(temporaryFolder(), "index.js");
  writeFileSync(file, `${setUp}\nexports.handler = async (event, context) => {\n${body}\n};\n`);
  return file;
}

export function invocation(event: unknown = {}, requestId = "request-1"): InvokeMessage {
  return {
    event,
    context: {
      awsRequestId: requestId,
      functionName: "consume",
      functionVersion: "$LATEST",
      invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:consume",
      memoryLimitInMB: "128",
      logGroupName: "/aws/lambda/consume",
      logStreamName: "environment-1",
      deadline: Date.now() + 5_000,
    },
  };
}

/** Starts environments; {@link stop} ends them all. */
export class Environments {
  readonly lines: string[] = [];
  readonly #warden = new Warden();
  readonly #started: ExecutionEnvironment[] = [];
  readonly #bootstrapFile = bundleOf("bootstrap.ts");

  async start(bundleFile: string, settings: Partial<EnvironmentSettings> = {}) {
    const started = await ExecutionEnvironment.start(
      {
        bootstrapFile: this.#bootstrapFile,
        bundleFile,
        exportName: "handler",
        memoryMegabytes: 128,
        variables: {},
        ...settings,
      },
      this.#warden,
      (line) => this.lines.push(line),
    );
    if (!("failed" in started)) this.#started.push(started);
    return started;
  }

  /** As {@link start}, for a bundle that loads. */
  async ready(bundleFile: string, settings: Partial<EnvironmentSettings> = {}): Promise<ExecutionEnvironment> {
    const started = await this.start(bundleFile, settings);
    if ("failed" in started) throw new Error(started.failed.errorMessage);
    return started;
  }

  stop(): void {
    for (const environment of this.#started) environment.kill();
    this.#warden.stop();
  }
}
