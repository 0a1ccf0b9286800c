/** Strict decoding: Node's own skips or stops at what is not of the encoding. */

/** RFC 4648, 4, with padding and without spare bits: the one way to write some bytes. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=|[A-Za-z0-9+/][AQgw]==)?$/;

/** @returns undefined unless it is exactly so many bytes in lower-case hexadecimal */
export function decodeHex(text: string, byteLength: number): Buffer | undefined {
  if (text.length !== 2 * byteLength || !/^[0-9a-f]*$/.test(text)) return undefined;
  return Buffer.from(text, "hex");
}

/** @returns undefined unless it is exactly so many bytes in base64 */
export function decodeBase64(text: string, byteLength: number): Buffer | undefined {
  const bytes = decodeAnyBase64(text);
  return bytes?.byteLength === byteLength ? bytes : undefined;
}

/** As {@link decodeBase64}, of any length. */
export function decodeAnyBase64(text: string): Buffer | undefined {
  return BASE64.test(text) ? Buffer.from(text, "base64") : undefined;
}
