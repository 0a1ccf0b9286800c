/** Do the sources still compile against the successor's types? */

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** @returns what the compiler complains of, undefined when it does not */
export function typeMistakes(
  project: string,
  packages: string,
  names: readonly string[],
  successorOf: (name: string) => string,
): string | undefined {
  const mapped = [...names, "constructs"].flatMap((name) => {
    const folder = join(packages, "node_modules", ...successorOf(name).split("/"));
    return [
      [name, [folder]],
      [`${name}/*`, [`${folder}/*`]],
    ] as const;
  });
  const configuration = {
    extends: join(project, "tsconfig.json"),
    compilerOptions: {
      paths: Object.fromEntries(mapped),
      typeRoots: [join(project, "node_modules", "@types")],
      types: ["node"],
    },
    include: [join(project, "main.ts")],
  };
  writeFileSync(join(packages, "tsconfig.json"), JSON.stringify(configuration));
  const compiler = join(dirname(createRequire(join(project, "x")).resolve("typescript/package.json")), "bin", "tsc");
  const run = spawnSync(process.execPath, [compiler, "--noEmit", "--project", packages], { encoding: "utf8" });
  return run.status === 0 ? undefined : `${run.stdout}${run.stderr}`;
}
