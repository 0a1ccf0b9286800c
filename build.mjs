/**
 * Bundles with esbuild what runs: the Lambda functions (one file each, with everything inside), the app that
 * synthesizes, the command line, and the bootstrap of a local execution environment. Under a second, so every
 * command builds first and nothing stale is ever run.
 */

import { cpSync, existsSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));

/** Functions and their entry points. A function's folder under dist/functions holds what its zip holds, and the map beside it. */
export const FUNCTIONS = {
  consume: "functions/consume/handler.ts",
  "consume-postgres": "functions/consume/postgres-handler.ts",
  migrate: "functions/migrate/handler.ts",
  "migrate-start": "functions/migrate-start/handler.ts",
  publish: "functions/publish/handler.ts",
  retention: "functions/retention/handler.ts",
};

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  format: "cjs",
  logLevel: "warning",
  legalComments: "none",
};

/** What a function reads at run time, beside its code. */
const FILES = { migrate: "functions/migrate/migrations" };

/** @throws when a source does not compile; esbuild has printed where. */
export async function buildFunctions() {
  for (const [name, folder] of Object.entries(FILES)) {
    const to = join(root, "dist", "functions", name, basename(folder));
    // A file that is no longer there would go into the zip.
    rmSync(to, { recursive: true, force: true });
    cpSync(join(root, folder), to, { recursive: true });
  }
  await Promise.all(
    Object.entries(FUNCTIONS).map(([name, entry]) =>
      build({
        ...shared,
        entryPoints: [entry],
        outfile: join("dist", "functions", name, "index.js"),
        target: "node20",
        minify: true,
        // Readable stack traces in logs without shipping the sources.
        sourcemap: "external",
        sourcesContent: false,
        mainFields: ["module", "main"],
        // In Lambda's runtime already, and loaded when a source has a secret in Parameter Store: see docs/decisions/0008.
        external: ["@aws-sdk/client-ssm"],
        // NODE_PATH, where the runtime keeps it, is for require.
        supported: { "dynamic-import": false },
      }),
    ),
  );
}

async function buildTools() {
  const entryPoints = {
    main: "main.ts",
    webhook: "cli/webhook.ts",
    bootstrap: "local/bootstrap.ts",
    "bench-ingress": "bench/ingress.ts",
    "bench-postgres": "bench/postgres.ts",
    "bench-simulation": "bench/simulation.ts",
    "bench-signatures": "bench/signatures.ts",
  };
  // A checkout of what a synthesis reads is enough to synthesize.
  const present = Object.fromEntries(Object.entries(entryPoints).filter(([, entry]) => existsSync(join(root, entry))));
  await build({
    ...shared,
    entryPoints: present,
    outdir: "dist",
    outExtension: { ".js": ".cjs" },
    target: "node20",
    packages: "external",
    sourcemap: "inline",
  });
}

/** Overwrites in place: a stack that is running meanwhile keeps its files. */
export async function buildAll() {
  await Promise.all([buildFunctions(), buildTools()]);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  buildAll().catch(() => {
    process.stderr.write("The build failed; esbuild says above in which file.\n");
    process.exitCode = 1;
  });
}
