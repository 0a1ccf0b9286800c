/** A fault of what was given to a command: printed as it is, without a stack trace. */

/** The column at which the code of a message starts, so that several messages can be skimmed. */
const CODE_COLUMN = 100;

/** What is wrong with its value, the rule and where it comes from, what to do. */
export interface MessageParts {
  readonly what: string;
  readonly rule: string;
  readonly remedy: string;
  /** What the outside world said, where it did. */
  readonly cause?: unknown;
}

export abstract class UsageError extends Error {
  /** What the command exits with. */
  abstract readonly exitCode: number;

  /**
   * @param code stable, explained in docs/operations.md
   * @param message complete: printed as it is
   */
  constructor(
    readonly code: string,
    message: string,
    { cause }: { readonly cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
  }
}

/** The text of a message, its code at the end of what to do. */
export function messageOf(code: string, { what, rule, remedy }: MessageParts): string {
  return [what, `  ${rule}`, `${`  ${remedy}`.padEnd(CODE_COLUMN)} [${code}]`].join("\n");
}
