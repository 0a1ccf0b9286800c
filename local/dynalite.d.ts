/** dynalite publishes no types; this is the part that table.ts uses. */
declare module "dynalite" {
  import type { Server } from "node:http";

  /** @param options.createTableMs how long a new table stays in CREATING; @default 500 */
  export default function dynalite(options?: { createTableMs?: number }): Server;
}
