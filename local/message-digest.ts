/** The MD5 digests that SQS gives back, so that an SDK can check what arrived. Pure. */
import { createHash } from "node:crypto";
import type { MessageAttributes } from "./message-rules";

export const bodyDigest = (body: string): string => createHash("md5").update(body).digest("hex");

/** SQS Developer Guide, "Calculating the MD5 message digest for message attributes". @returns undefined for none */
export function attributesDigest(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType = "", StringValue = "", BinaryValue = "" } = attributes[name] ?? {};
    const isBinary = DataType.startsWith("Binary");
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Buffer.from([isBinary ? 2 : 1]));
    add(isBinary ? Buffer.from(BinaryValue, "base64") : Buffer.from(StringValue));
  }
  return hash.digest("hex");
}
