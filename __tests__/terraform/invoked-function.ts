/** A function out of the zip that was deployed, run with the environment that was deployed; Lambda is played by node. */

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { unzipSync } from "fflate";

const run = promisify(execFile);

/** Prints the answer as the last line, after what the function has logged. */
const SCRIPT = `
const { handler } = require(process.argv[1]);
handler(require(process.argv[2]), { getRemainingTimeInMillis: () => 10_000, awsRequestId: "1" }).then(
  (answer) => process.stdout.write("\\n" + JSON.stringify(answer), () => process.exit(0)),
);`;

export interface Invocation {
  readonly zip: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly awsUrl: string;
  readonly event: object;
}

/** @throws Error with what the function printed, when it throws */
export async function invoke<Answer>({ zip, variables, awsUrl, event }: Invocation): Promise<Answer> {
  const directory = mkdtempSync(join(tmpdir(), "webhook-invoked-"));
  try {
    for (const [name, bytes] of Object.entries(unzipSync(readFileSync(zip)))) {
      writeFileSync(join(directory, name), bytes);
    }
    // An event may be larger than what fits a command line.
    const eventFile = join(directory, "event.json");
    writeFileSync(eventFile, JSON.stringify(event));
    const env = {
      ...(variables as NodeJS.ProcessEnv),
      AWS_ENDPOINT_URL: awsUrl,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "emulated",
      AWS_SECRET_ACCESS_KEY: "emulated",
    };
    const { stdout } = await run(process.execPath, ["-e", SCRIPT, join(directory, "index.js"), eventFile], {
      env,
      timeout: 60_000,
    });
    return JSON.parse(stdout.slice(stdout.lastIndexOf("\n") + 1)) as Answer;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
