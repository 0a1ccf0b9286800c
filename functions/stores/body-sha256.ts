import { createHash } from "node:crypto";

/** Of the content, as the sender sent it; hexadecimal. */
export function bodySha256(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex");
}
