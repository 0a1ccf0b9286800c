/** The schema of `data.archive_file` as hashicorp/archive 2.7 declares it (internal/provider/data_source_archive_file.go). */

type Use = "required" | "optional" | "computed";

const attribute = (name: string, use: Use, type: unknown = "string") => ({
  name,
  type: Buffer.from(JSON.stringify(type)),
  [use]: true,
});

export const ARCHIVE_FILE_SCHEMA = {
  version: 0,
  block: {
    attributes: [
      attribute("id", "computed"),
      attribute("type", "required"),
      attribute("source_content", "optional"),
      attribute("source_content_filename", "optional"),
      attribute("source_file", "optional"),
      attribute("source_dir", "optional"),
      attribute("excludes", "optional", ["set", "string"]),
      attribute("exclude_symlink_directories", "optional", "bool"),
      attribute("output_path", "required"),
      attribute("output_size", "computed", "number"),
      attribute("output_file_mode", "optional"),
      attribute("output_md5", "computed"),
      attribute("output_sha", "computed"),
      attribute("output_sha256", "computed"),
      attribute("output_base64sha256", "computed"),
      attribute("output_sha512", "computed"),
      attribute("output_base64sha512", "computed"),
    ],
    block_types: [
      {
        type_name: "source",
        nesting: "SET",
        block: { attributes: [attribute("content", "required"), attribute("filename", "required")] },
      },
    ],
  },
};
