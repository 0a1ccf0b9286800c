/** Prints the sizes of functions' zips as JSON: as they are, and as they would be if no source had a signature. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { zipSync } from "fflate";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** What only signatures need, and as little as can stand for it. */
const WITHOUT = {
  "signatures/verify":
    "export const verify = () => ({ verified: true }); export const contentOf = ({ body }) => [body]; export const credentialHeaders = () => [];",
  "signatures/handshake": "export const handshakeAnswer = () => undefined;",
  "secrets/secret-reader": "export class SecretReader {}; export const DOUBTED_SECRET_AGE_MS = 0;",
  "secrets/secret-store": "export const secretStores = () => undefined;",
  "secrets/judge": "export const judge = async () => ({ verdict: { verified: true }, secrets: [] });",
};

const withoutSignatures = {
  name: "without-signatures",
  setup({ onLoad }) {
    const paths = Object.keys(WITHOUT).join("|");
    onLoad({ filter: new RegExp(`/functions/(event/)?(${paths})\\.ts$`) }, ({ path }) => {
      const [, contents] = Object.entries(WITHOUT).find(([name]) => path.endsWith(`/${name}.ts`));
      return { contents, loader: "js" };
    });
  },
};

async function zipBytes(entry, plugins) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
    minify: true,
    legalComments: "none",
    mainFields: ["module", "main"],
    external: ["@aws-sdk/client-ssm"],
    supported: { "dynamic-import": false },
    plugins,
  });
  return zipSync({ "index.js": outputFiles[0].contents }).byteLength;
}

const entries = { publish: "functions/publish/handler.ts", consume: "functions/consume/handler.ts" };
const sizes = Object.entries(entries).map(async ([name, entry]) => [
  name,
  { with: await zipBytes(entry, []), without: await zipBytes(entry, [withoutSignatures]) },
]);
process.stdout.write(JSON.stringify(Object.fromEntries(await Promise.all(sizes))));
