/** What the calls of AWS have in common here. */

export interface CallOptions<Config> {
  /** Of the SDK's client. */
  readonly overrides?: Config;
  /** Between attempts that were denied. @default by the clock */
  readonly wait?: (ms: number) => Promise<unknown>;
}

export function isAccessDenied(error: unknown): boolean {
  return error instanceof Error && error.name === "AccessDeniedException";
}
