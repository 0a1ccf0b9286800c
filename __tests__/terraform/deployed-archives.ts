/** The zips that a plan has made, beside what the plan will deploy. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Plan } from "./plan-json";
import { type ZipEntry, zipDirectory } from "./zip-directory";

export interface DeployedArchive {
  /** That takes this file; "" where none does. */
  readonly functionName: string;
  readonly entries: readonly ZipEntry[];
  /** Of the file's bytes, base64. */
  readonly sha256: string;
  /** What the data source says. */
  readonly archiveSha256: unknown;
  /** The source_code_hash of the function that takes this file. */
  readonly functionSha256: unknown;
}

/** One for each `data.archive_file`, in the order of their addresses. */
export function deployedArchives(plan: Plan, workingDirectory: string): readonly DeployedArchive[] {
  const data = plan.prior_state?.values.root_module.resources ?? [];
  return data
    .filter(({ mode, type }) => mode === "data" && type === "archive_file")
    .map(({ values }) => {
      const zip = readFileSync(resolve(workingDirectory, String(values.output_path)));
      const lambda = plan.resource_changes.find(
        ({ type, change }) => type === "aws_lambda_function" && change.after?.filename === values.output_path,
      );
      return {
        functionName: String(lambda?.change.after?.function_name ?? ""),
        entries: zipDirectory(zip),
        sha256: createHash("sha256").update(zip).digest("base64"),
        archiveSha256: values.output_base64sha256,
        functionSha256: lambda?.change.after?.source_code_hash,
      };
    });
}
