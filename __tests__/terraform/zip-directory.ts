/** The central directory of a zip (PKWARE APPNOTE 4.3.12): what a deployed archive says about its files. */

export interface ZipEntry {
  readonly name: string;
  /** Unix permissions as octal digits, "644". */
  readonly mode: string;
}

const END_OF_CENTRAL_DIRECTORY = 0x06054b50;
const CENTRAL_HEADER = 0x02014b50;

/** @throws Error when the bytes are no zip; archives with a comment, over 4 GiB or over 65,535 files are not read */
export function zipDirectory(zip: Buffer): readonly ZipEntry[] {
  const end = zip.length - 22;
  if (end < 0 || zip.readUInt32LE(end) !== END_OF_CENTRAL_DIRECTORY) {
    throw new Error(`These ${zip.length} bytes are no zip without a comment.`);
  }
  const entries: ZipEntry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (zip.readUInt32LE(at) !== CENTRAL_HEADER) throw new Error(`The zip has no file header at byte ${at}.`);
    const nameLength = zip.readUInt16LE(at + 28);
    const rest = zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    entries.push({
      name: zip.toString("utf8", at + 46, at + 46 + nameLength),
      mode: ((zip.readUInt32LE(at + 38) >>> 16) & 0o777).toString(8),
    });
    at += 46 + nameLength + rest;
  }
  return entries;
}
