/** Strict decoding: Node's own skips or stops at what is not of the encoding. */

/** @returns undefined unless it is exactly so many bytes in lower-case hexadecimal */
export function decodeHex(text: string, byteLength: number): Buffer | undefined {
  if (text.length !== 2 * byteLength || !/^[0-9a-f]*$/.test(text)) return undefined;
  return Buffer.from(text, "hex");
}

/** @returns undefined unless it is the one way to write so many bytes in base64 (RFC 4648, 4), padding included */
export function decodeBase64(text: string, byteLength: number): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.byteLength === byteLength && bytes.toString("base64") === text ? bytes : undefined;
}

/** As {@link decodeBase64}, of any length. */
export function decodeAnyBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}
