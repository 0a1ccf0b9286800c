/** A function out of the zip that was deployed, run with the environment that was deployed; Lambda is played by node. */

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { unzipSync } from "fflate";

const run = promisify(execFile);

/** Prints what came of it as the last line, after what the function has logged. */
const SCRIPT = `
const { handler } = require(process.argv[1]);
handler(require(process.argv[2]), { getRemainingTimeInMillis: () => 10_000, awsRequestId: "1" })
  .then(
    (answer) => ({ answer }),
    ({ name, message }) => ({ error: { errorType: name, errorMessage: message } }),
  )
  .then((outcome) => process.stdout.write("\\n" + JSON.stringify(outcome), () => process.exit(0)));`;

export interface Invocation {
  readonly zip: Uint8Array;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly awsUrl: string;
  readonly event: unknown;
}

/** As Lambda answers for a handler that throws. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
}

export interface Outcome<Answer> {
  readonly answer?: Answer;
  readonly error?: FunctionError;
  /** What it logged. */
  readonly printed: string;
}

/** @throws Error with what was printed, when the process does not get as far as to an answer */
export async function outcomeOf<Answer>({ zip, variables, awsUrl, event }: Invocation): Promise<Outcome<Answer>> {
  const directory = mkdtempSync(join(tmpdir(), "webhook-invoked-"));
  try {
    for (const [name, bytes] of Object.entries(unzipSync(zip))) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
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
    const { stdout, stderr } = await run(process.execPath, ["-e", SCRIPT, join(directory, "index.js"), eventFile], {
      env,
      timeout: 60_000,
    });
    const last = stdout.lastIndexOf("\n");
    const outcome = JSON.parse(stdout.slice(last + 1)) as Omit<Outcome<Answer>, "printed">;
    return { ...outcome, printed: `${stdout.slice(0, last)}${stderr}` };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** @throws Error with what the function said, when it throws */
export async function invoke<Answer>(invocation: Invocation): Promise<Answer> {
  const { answer, error, printed } = await outcomeOf<Answer>(invocation);
  if (error !== undefined) throw new Error(`${error.errorType}: ${error.errorMessage}\n${printed}`);
  return answer as Answer;
}
