import { existsSync } from "node:fs";
import { join } from "node:path";
import { DataArchiveFile } from "@cdktf/provider-archive/lib/data-archive-file";
import { AssetType, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import { bundleMissing } from "../errors";

export interface FunctionBundleProps {
  /** Folder that build.mjs made: index.js, index.js.map beside it, and the files that the function reads. */
  readonly directory: string;
  /** Base name of the zip. */
  readonly name: string;
  /** Whether there are such files. @default false */
  readonly hasFiles?: boolean;
}

/** Readable for Lambda's user, and the same whatever the umask of whoever plans, so the hash is the same too. */
const FILE_MODE = "0644";

/**
 * The code of a function inside the stack's own folder, zipped by Terraform when it plans: a remote run finds it.
 * The map stays beside the code, for stack traces, and out of the zip.
 */
export class FunctionBundle extends Construct {
  /** Handler for a bundle's index.js. */
  static readonly HANDLER = "index.handler";
  readonly filename: string;
  readonly sourceCodeHash: string;

  /** @throws UsageError where the bundle has not been built. */
  constructor(scope: Construct, id: string, { directory, name, hasFiles = false }: FunctionBundleProps) {
    super(scope, id);
    const entry = join(directory, "index.js");
    if (!existsSync(entry)) throw bundleMissing(entry);
    const code = new TerraformAsset(this, "code", { path: directory, type: AssetType.DIRECTORY });
    const archive = new DataArchiveFile(this, "archive", {
      type: "zip",
      ...(hasFiles ? { sourceDir: code.path, excludes: ["index.js.map"] } : { sourceFile: `${code.path}/index.js` }),
      outputPath: `${name}.zip`,
      outputFileMode: FILE_MODE,
    });
    this.filename = archive.outputPath;
    this.sourceCodeHash = archive.outputBase64Sha256;
  }
}
