/**
 * What `data.archive_file` of hashicorp/archive does, as far as our stacks use it: one zip, the same bytes on every
 * machine. Names, modes and times are those the real provider writes; the compressed bytes are another deflate's, so a
 * hash from here is not comparable with one from there.
 */

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Zippable, zipSync } from "fflate";

/** The arguments, as Terraform sends them: every one is present, null where not written. */
export interface ArchiveFileConfig {
  readonly type: string;
  readonly output_path: string;
  readonly output_file_mode: string | null;
  readonly source_file: string | null;
  readonly source_dir: string | null;
  readonly source_content: string | null;
  readonly source_content_filename: string | null;
  readonly excludes: readonly string[] | null;
  readonly exclude_symlink_directories: boolean | null;
  readonly source: readonly { readonly content: string; readonly filename: string }[] | null;
}

export interface ArchiveFileState extends ArchiveFileConfig {
  readonly id: string;
  readonly output_size: number;
  readonly output_md5: string;
  readonly output_sha: string;
  readonly output_sha256: string;
  readonly output_base64sha256: string;
  readonly output_sha512: string;
  readonly output_base64sha512: string;
}

/** The real provider stamps every file with 2049-01-01; zip times have no zone, so the local date is the right one. */
const FIXED_TIME = new Date(2049, 0, 1);
const UNIX = 3;
const REGULAR_FILE = 0o100000;

interface Entry {
  readonly name: string;
  readonly content: Uint8Array;
  readonly mode: number;
}

/**
 * Writes the zip and returns the data source's state.
 * @param workingDirectory Terraform's own; relative paths mean this one
 * @throws Error with the sentence Terraform shows, when a path does not exist or an argument is not played
 */
export function archiveFile(config: ArchiveFileConfig, workingDirectory: string): ArchiveFileState {
  if (config.type !== "zip") throw new Error(`type is "${config.type}"; the stand-in writes "zip" only.`);
  const files: Zippable = {};
  for (const { name, content, mode } of entries(config, workingDirectory)) {
    const attrs = ((REGULAR_FILE | (fileMode(config) ?? mode)) << 16) >>> 0;
    files[name] = [content, { mtime: FIXED_TIME, os: UNIX, attrs, level: 9 }];
  }
  const zip = zipSync(files);
  const output = resolve(workingDirectory, config.output_path);
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, zip);
  const hash = (algorithm: string, encoding: "hex" | "base64") => createHash(algorithm).update(zip).digest(encoding);
  return {
    ...config,
    id: hash("sha1", "hex"),
    output_size: zip.length,
    output_md5: hash("md5", "hex"),
    output_sha: hash("sha1", "hex"),
    output_sha256: hash("sha256", "hex"),
    output_base64sha256: hash("sha256", "base64"),
    output_sha512: hash("sha512", "hex"),
    output_base64sha512: hash("sha512", "base64"),
  };
}

/** The octal mode for every file, or undefined: then each file keeps its own. */
function fileMode(config: ArchiveFileConfig): number | undefined {
  const mode = config.output_file_mode ?? "";
  if (mode === "") return undefined;
  if (!/^0[0-7]{1,4}$/.test(mode)) throw new Error(`output_file_mode is "${mode}"; write an octal mode like "0644".`);
  return Number.parseInt(mode, 8);
}

function entries(config: ArchiveFileConfig, workingDirectory: string): readonly Entry[] {
  const text = (name: string, content: string) => ({ name, content: Buffer.from(content), mode: 0 });
  if (config.source_dir !== null) {
    return filesOf(resolve(workingDirectory, config.source_dir), "", new Set(config.excludes ?? []));
  }
  if (config.source_file !== null) {
    const file = resolve(workingDirectory, config.source_file);
    return [{ name: basename(file), content: readFileSync(file), mode: statSync(file).mode & 0o777 }];
  }
  if (config.source_content_filename !== null) {
    return [text(config.source_content_filename, config.source_content ?? "")];
  }
  const blocks = (config.source ?? []).map(({ filename, content }) => text(filename, content));
  return blocks.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Depth first in the order of names, as Go's filepath.Walk. An exclude is a path relative to the source folder. */
function filesOf(root: string, folder: string, excludes: ReadonlySet<string>): readonly Entry[] {
  const here = readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return here.flatMap((item) => {
    const name = folder === "" ? item.name : `${folder}/${item.name}`;
    if (excludes.has(name)) return [];
    if (item.isDirectory()) return filesOf(root, name, excludes);
    if (!item.isFile()) throw new Error(`${name} is neither a file nor a folder; the stand-in archives only those.`);
    const path = join(root, name);
    return [{ name, content: readFileSync(path), mode: statSync(path).mode & 0o777 }];
  });
}

const SOURCES = ["source_file", "source_dir", "source_content_filename", "source"] as const;

/** The real provider's rules for the arguments, and what the stand-in does not play. Values not known yet count as set. */
export function archiveFileProblems(config: Readonly<Record<string, unknown>>): readonly string[] {
  const isSet = (name: string) => {
    const value = config[name];
    return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
  };
  const given = SOURCES.filter(isSet);
  const excludes = Array.isArray(config.excludes) ? config.excludes : [];
  const patterns = excludes.filter((exclude) => typeof exclude === "string" && /[*?[{]/.test(exclude));
  return [
    ...(given.length === 1
      ? []
      : [`Exactly one of ${SOURCES.join(", ")} must be written; there is ${given.join(" and ") || "none"}.`]),
    ...(isSet("excludes") && !isSet("source_dir") ? ["excludes is for source_dir only."] : []),
    ...(isSet("exclude_symlink_directories") ? ["exclude_symlink_directories is not played by the stand-in."] : []),
    ...patterns.map((pattern) => `excludes has "${pattern}"; the stand-in takes plain paths only.`),
  ];
}
