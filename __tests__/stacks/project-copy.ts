import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const ROOT = join(__dirname, "../..");
/** What a synthesis reads. */
const SOURCES = [
  "main.ts",
  "environments.ts",
  ".terraform.lock.hcl",
  "stacks",
  "functions",
  "build.mjs",
  "cdktf.json",
  "package.json",
  "tsconfig.json",
];

/** A copy of the project in another folder, as a second machine would have it. */
export class ProjectCopy {
  constructor(
    readonly directory: string,
    private readonly umask: string,
  ) {
    for (const source of SOURCES) cpSync(join(ROOT, source), join(directory, source), { recursive: true });
    const bundled = bundledPackages();
    for (const name of packages(join(ROOT, "node_modules"))) {
      const [from, to] = [join(ROOT, "node_modules", name), join(directory, "node_modules", name)];
      mkdirSync(dirname(to), { recursive: true });
      // esbuild writes a link's target into the source map: what is bundled has to be there as on a real machine.
      if (bundled.has(name)) cpSync(from, to, { recursive: true });
      else symlinkSync(from, to);
    }
  }

  rename(from: string, to: string): void {
    renameSync(join(this.directory, from), join(this.directory, to));
  }

  /** Writes a file of the copy. */
  write(path: string, text: string): void {
    writeFileSync(join(this.directory, path), text);
  }

  /** Runs node in the copy under its umask. */
  node(args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
    const env = this.environment(variables);
    const run = spawnSync(process.execPath, args, { cwd: this.directory, encoding: "utf8", env });
    return { exitCode: run.status, stdout: run.stdout, stderr: run.stderr };
  }

  /** What commands in the copy run with: nothing of this machine's but the PATH. */
  environment(variables: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      HOME: this.directory,
      CI: "1",
      CHECKPOINT_DISABLE: "1",
      NODE_OPTIONS: `--import=data:text/javascript,process.umask(${this.umask})`,
      ...variables,
    };
  }

  /** Every file under a folder, by its path there. */
  files(folder: string): Record<string, string> {
    const root = join(this.directory, folder);
    const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = entries.map((entry) => relative(root, join(entry.parentPath, entry.name))).sort();
    return Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
  }
}

/** Names of installed packages, `@scope/name` ones by their scope and name. */
function packages(nodeModules: string): string[] {
  return readdirSync(nodeModules).flatMap((name) => {
    if (name === ".cache") return [];
    return name.startsWith("@") ? readdirSync(join(nodeModules, name)).map((inner) => `${name}/${inner}`) : [name];
  });
}

/** Packages whose sources are in a function's bundle. */
function bundledPackages(): Set<string> {
  const functions = join(ROOT, "dist/functions");
  const sources = readdirSync(functions).flatMap((name) => {
    const map = JSON.parse(readFileSync(join(functions, name, "index.js.map"), "utf8")) as { sources: string[] };
    return map.sources;
  });
  return new Set(sources.flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []));
}
