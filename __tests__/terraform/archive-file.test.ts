import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { type ArchiveFileConfig, archiveFile, archiveFileProblems } from "./archive-file";
import { zipDirectory } from "./zip-directory";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A folder with these files, as Terraform's working directory. */
function folderWith(files: Readonly<Record<string, string>>, mode = 0o644): string {
  const folder = mkdtempSync(join(tmpdir(), "webhook-archive-"));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
    chmodSync(join(folder, name), mode);
  }
  return folder;
}

const config = (given: Partial<ArchiveFileConfig>): ArchiveFileConfig => ({
  type: "zip",
  output_path: "out/code.zip",
  output_file_mode: null,
  source_file: null,
  source_dir: null,
  source_content: null,
  source_content_filename: null,
  excludes: null,
  exclude_symlink_directories: null,
  source: [],
  ...given,
});

/** What the zip on the disk holds, as text by name, in the zip's order. */
function contentsOf(workingDirectory: string): Record<string, string> {
  const files = unzipSync(readFileSync(join(workingDirectory, "out/code.zip")));
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString()]));
}

const CODE = { "code/index.js": "1", "code/index.js.map": "2", "code/lib/b.js": "3", "code/lib/a.js": "4" };

test.each<[string, Partial<ArchiveFileConfig>, [string, string][]]>([
  ["one file, without its folder", { source_file: "code/index.js" }, [["index.js", "1"]]],
  [
    "a folder, in the order of names",
    { source_dir: "code" },
    [
      ["index.js", "1"],
      ["index.js.map", "2"],
      ["lib/a.js", "4"],
      ["lib/b.js", "3"],
    ],
  ],
  ["a folder without what is excluded", { source_dir: "code", excludes: ["index.js.map", "lib"] }, [["index.js", "1"]]],
  ["given content", { source_content_filename: "x.txt", source_content: "text" }, [["x.txt", "text"]]],
  [
    "source blocks, in the order of names",
    {
      source: [
        { filename: "b", content: "2" },
        { filename: "a", content: "1" },
      ],
    },
    [
      ["a", "1"],
      ["b", "2"],
    ],
  ],
])("archives %s", (_what, given, expected) => {
  const folder = folderWith(CODE);
  archiveFile(config(given), folder);
  expect(Object.entries(contentsOf(folder))).toEqual(expected);
});

test.each([
  ["0644", 0o600, "644"],
  ["0755", 0o600, "755"],
  [null, 0o600, "600"],
])("with output_file_mode %s a file of mode %o has mode %s in the zip", (output_file_mode, mode, expected) => {
  const folder = folderWith(CODE, mode);
  archiveFile(config({ source_file: "code/index.js", output_file_mode }), folder);
  const zip = readFileSync(join(folder, "out/code.zip"));
  expect(zipDirectory(zip)).toEqual([{ name: "index.js", mode: expected }]);
});

test("gives the same hash for the same content in another folder, with other modes and times", () => {
  const [one, other] = [folderWith(CODE, 0o644), folderWith(CODE, 0o600)];
  for (const name of Object.keys(CODE)) utimesSync(join(other, name), 1_000_000_000, 1_000_000_000);
  const archive = config({ source_dir: "code", output_file_mode: "0644" });
  expect(archiveFile(archive, other)).toEqual(archiveFile(archive, one));
});

test.each<[string, Partial<ArchiveFileConfig>, string]>([
  [
    "another type",
    { type: "tar.gz", source_file: "code/index.js" },
    'type is "tar.gz"; the stand-in writes "zip" only.',
  ],
  [
    "a mode that is not octal",
    { source_file: "code/index.js", output_file_mode: "644" },
    'output_file_mode is "644"; write an octal mode like "0644".',
  ],
])("refuses %s", (_what, given, message) => {
  expect(() => archiveFile(config(given), folderWith(CODE))).toThrow(new Error(message));
});

const ONE_OF = "Exactly one of source_file, source_dir, source_content_filename, source must be written; there is";

test.each<[string, Record<string, unknown>, string[]]>([
  ["one source", { source_file: "a" }, []],
  ["a source that is not known yet", { source_file: { type: 0 } }, []],
  ["no source", { source: [] }, [`${ONE_OF} none.`]],
  ["two sources", { source_file: "a", source_dir: "b" }, [`${ONE_OF} source_file and source_dir.`]],
  ["excludes without a folder", { source_file: "a", excludes: ["b"] }, ["excludes is for source_dir only."]],
  [
    "excludes with a pattern",
    { source_dir: "a", excludes: ["b", "*.map"] },
    ['excludes has "*.map"; the stand-in takes plain paths only.'],
  ],
  [
    "a choice about symbolic links",
    { source_dir: "a", exclude_symlink_directories: true },
    ["exclude_symlink_directories is not played by the stand-in."],
  ],
])("says what is wrong with %s", (_what, given, problems) => {
  expect(archiveFileProblems(given)).toEqual(problems);
});
