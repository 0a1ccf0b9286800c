/** `verify-aws` as a person runs it, with the operator's keys of a local run. */
import type { LocalRun } from "../../../local/start";
import { type Finished, Running } from "../../cli/command";

export function verifyAws(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  return new Running(["verify-aws", ...args], { AWS_REGION: "us-east-1", ...variables }).finished;
}

/** @param url of the API; the table is the run's */
export function verifyRun(run: LocalRun, url: string, ...args: readonly string[]): Promise<Finished> {
  const { accessKeyId, secretAccessKey } = run.operator;
  const table = ["--table", run.outputs.events_table_name ?? "", "--endpoint", run.awsUrl];
  return verifyAws([url, ...table, ...args], {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  });
}
