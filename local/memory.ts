/** How much memory a process holds for itself, where the system tells. */
import { readFileSync } from "node:fs";

/** @returns bytes without the mapped files, which Lambda's processes share; undefined where it cannot be known */
export function privateBytes(pid: number): number | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const [, kibibytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined; // It has ended.
  }
}
