/** Where a run on this machine has the secrets of the sources from. */
import { join } from "node:path";
import { Option } from "commander";
import { namedSecretFile } from "../local/secret-file";
import { projectRoot } from "./synthesize";

/** Never in the repository: .gitignore names it. */
const DEFAULT_FILE = "local-secrets.json";

export function secretsOption(): Option {
  return new Option(
    "--secrets <file>",
    `the secrets of the sources, by their names in the settings (default: ${DEFAULT_FILE})`,
  );
}

/** @param named by the option; without it the file need not be there @throws LocalRunError for a named one that is not there */
export function secretsFile(named: string | undefined): string {
  return named === undefined ? join(projectRoot, DEFAULT_FILE) : namedSecretFile(named);
}
