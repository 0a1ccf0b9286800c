/** Bundles the check and runs it: `npm run check:successor`, after a build. */

import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { buildFunctions } from "../../build.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const outfile = join(root, "dist", "check-successor.cjs");

await buildFunctions();
await build({
  absWorkingDir: root,
  entryPoints: ["__tests__/successor/check.ts"],
  outfile,
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  packages: "external",
  sourcemap: "inline",
  logLevel: "warning",
});
await import(pathToFileURL(outfile).href);
