/**
 * As deploy.yml does it: planned in one folder, packed, applied from a copy elsewhere. The zip that is applied exists
 * only since the plan, and nothing zips it again.
 */

import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type ArchiveProvider, startArchiveProvider } from "./archive-provider";
import { type EmulatedAws, startEmulatedAws } from "./emulated-aws";
import { findPluginMirror } from "./plugin-mirror";
import { describeWithTerraform } from "./requirements";
import { terraformEnvironment } from "./terraform-environment";

jest.setTimeout(300_000);

const run = promisify(execFile);

const SCRIPT = join(__dirname, "../../.github/scripts/stack-archive.sh");
const BUCKET = "planned-here-applied-there";

const STACK = {
  terraform: {
    required_providers: {
      aws: { source: "hashicorp/aws", version: ">= 5.100.0, < 7.0.0" },
      archive: { source: "hashicorp/archive", version: ">= 2.7.0, < 3.0.0" },
    },
    // Not in the folder, as a real one's.
    backend: { local: { path: "../state.tfstate" } },
  },
  provider: { aws: { region: "us-east-1", s3_use_path_style: true } },
  data: { archive_file: { code: { type: "zip", source_file: "index.js", output_path: "code.zip" } } },
  resource: {
    aws_s3_object: {
      code: { bucket: BUCKET, key: "code.zip", source: "${data.archive_file.code.output_path}" },
    },
  },
};

describeWithTerraform("a plan that travels", () => {
  const root = mkdtempSync(join(tmpdir(), "webhook-travels-"));
  const [here, there, archive] = [join(root, "here"), join(root, "there"), join(root, "stack.tar.gz.gpg")];
  let aws: EmulatedAws;
  let zipper: ArchiveProvider | undefined;
  let environment: NodeJS.ProcessEnv;

  // Not in step with this process, which plays the archive provider meanwhile.
  const terraform = (folder: string, command: string, ...words: readonly string[]) =>
    run("terraform", [command, "-input=false", "-no-color", ...words], { cwd: folder, env: environment });
  const script = (passphrase: string, ...words: readonly string[]) =>
    execFileSync(SCRIPT, words, { env: { ...process.env, PLAN_PASSPHRASE: passphrase }, stdio: "pipe" });

  beforeAll(async () => {
    aws = await startEmulatedAws();
    mkdirSync(here);
    writeFileSync(join(here, "cdk.tf.json"), JSON.stringify(STACK));
    writeFileSync(join(here, "index.js"), "exports.handler = async () => {};\n");
    const mirror = findPluginMirror();
    zipper = mirror === undefined || mirror.hasArchive ? undefined : await startArchiveProvider(here);
    environment = terraformEnvironment({ settingsFolder: root, awsUrl: aws.url, mirror, reattach: zipper?.reattach });
    await fetch(`${aws.url}/${BUCKET}`, { method: "PUT" });
    await terraform(here, "init");
    await terraform(here, "plan", "-out=plan.tfplan");
    script("a long random text", "pack", here, archive);
  });

  afterAll(async () => {
    zipper?.stop();
    await aws?.stop();
    rmSync(root, { recursive: true });
  });

  test("is applied from a copy, with the bytes of the zip that was planned", async () => {
    script("a long random text", "unpack", archive, there);
    expect(existsSync(join(there, ".terraform"))).toBe(false);
    const planned = readFileSync(join(here, "code.zip"));
    rmSync(here, { recursive: true });

    await terraform(there, "init");
    await terraform(there, "apply", "plan.tfplan");

    expect(await stored(aws.url)).toEqual(planned);
  });

  test("cannot be opened with another passphrase, nor after somebody changed it", () => {
    expect(() => script("another", "unpack", archive, join(root, "nowhere"))).toThrow("decryption failed");
    const bytes = readFileSync(archive);
    const middle = Math.floor(bytes.length / 2);
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    writeFileSync(archive, bytes);
    expect(() => script("a long random text", "unpack", archive, join(root, "nowhere"))).toThrow();
  });

  test("is not packed without a passphrase", () => {
    expect(() => script("", "pack", root, archive)).toThrow("Command failed");
  });
});

async function stored(endpoint: string): Promise<Buffer> {
  const credentials = { accessKeyId: "emulated", secretAccessKey: "emulated" };
  const s3 = new S3Client({ endpoint, region: "us-east-1", credentials, forcePathStyle: true });
  try {
    const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: "code.zip" }));
    return Buffer.from((await body?.transformToByteArray()) ?? []);
  } finally {
    s3.destroy();
  }
}
