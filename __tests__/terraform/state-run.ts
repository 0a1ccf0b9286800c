/** The real Terraform in a folder, and the state that it keeps in the emulated S3. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { HeadObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";

/** Far over the slowest command, so that only a hang ends by it. */
const COMMAND_TIMEOUT_MS = 5 * 60_000;

/** What a terminal shows of a command. */
export interface Ended {
  /** Null when it took too long and was ended. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts a command without a terminal; a failing one is a result too. */
export function start(cwd: string, env: NodeJS.ProcessEnv, command: string, ...words: readonly string[]): Running {
  const child = spawn(command, words, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: COMMAND_TIMEOUT_MS });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      said[stream] += text;
    });
  }
  return { process: child, ended: once(child, "close").then(([exitCode]) => ({ exitCode, ...said })) };
}

/** Terraform in a folder, by its words: `terraform("state", "push", "…")`. */
export function terraformIn(cwd: string, env: NodeJS.ProcessEnv) {
  // A variable, since a subcommand takes the option behind its second word only.
  const plain = { ...env, TF_CLI_ARGS: "-no-color" };
  return (...words: readonly string[]) => start(cwd, plain, "terraform", ...words).ended;
}

export function s3At(endpoint: string): S3Client {
  return new S3Client({
    endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "emulated", secretAccessKey: "emulated" },
  });
}

/** Keys in the bucket, in order. */
export async function keysIn(s3: S3Client, bucket: string): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key = "" }) => Key).sort();
}

/** How S3 has encrypted an object. */
export async function encryptionOf(s3: S3Client, bucket: string, key: string): Promise<string | undefined> {
  return (await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).ServerSideEncryption;
}
