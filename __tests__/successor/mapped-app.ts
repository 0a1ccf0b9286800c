/** The unchanged app, bundled so that it synthesizes with the packages of one folder. */

import { execFileSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";

const IMPORTS_OF_CONSTRUCTS = /^(?:cdktf|constructs|@cdktf\/[a-z0-9-]+)(?:\/.*)?$/;

export interface MappedAppOptions {
  /** The project's folder, with its functions' bundles in dist/. */
  readonly project: string;
  /** Where the bundle is put, as the project has it: in dist/, beside the functions. */
  readonly folder: string;
  /** Whose node_modules has the packages. */
  readonly packages: string;
  /** Name of a package, or of a file in one, to that of what takes its place. */
  readonly mapping: (name: string) => string;
}

export class MappedApp {
  private constructor(
    private readonly folder: string,
    /** Every provider file that the sources import, such as "@cdktf/provider-aws/lib/sqs-queue". */
    readonly imports: ReadonlySet<string>,
  ) {}

  /** @throws Error when a source does not compile, or a package lacks what it imports */
  static async build({ project, folder, packages, mapping }: MappedAppOptions): Promise<MappedApp> {
    const imports = new Set<string>();
    const require = createRequire(join(packages, "package.json"));
    const mapped: Plugin = {
      name: "mapped",
      setup({ onResolve }) {
        onResolve({ filter: IMPORTS_OF_CONSTRUCTS }, ({ path }) => {
          if (path.startsWith("@")) imports.add(path);
          return { path: require.resolve(mapping(path)), external: true };
        });
        onResolve({ filter: /^\.\/environments$/ }, ({ importer }) =>
          importer === join(project, "main.ts")
            ? { path: join(project, "__tests__", "successor", "environments.ts") }
            : undefined,
        );
      },
    };
    await build({
      absWorkingDir: project,
      entryPoints: ["main.ts"],
      outfile: join(folder, "dist", "main.cjs"),
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node20",
      logLevel: "error",
      plugins: [mapped],
    });
    cpSync(join(project, "dist", "functions"), join(folder, "dist", "functions"), { recursive: true });
    const lockFile = ".terraform.lock.hcl";
    if (existsSync(join(project, lockFile))) cpSync(join(project, lockFile), join(folder, lockFile));
    return new MappedApp(folder, imports);
  }

  /** @returns the folder with what was synthesized */
  synthesize(environment: string, stack = "webhook"): string {
    const output = join(this.folder, `${environment}-${stack}`);
    const variables = { WEBHOOK_ENVIRONMENT: environment, WEBHOOK_STACK: stack, CDKTF_OUTDIR: output };
    execFileSync(process.execPath, [join(this.folder, "dist", "main.cjs")], {
      cwd: this.folder,
      env: { ...process.env, ...variables },
      stdio: ["ignore", "ignore", "inherit"],
    });
    return output;
  }
}
