/** Secrets cannot be read now. Nothing is known about an event then: it is neither accepted nor rejected, it comes again. */
export class SecretsUnavailable extends Error {
  override readonly name = "SecretsUnavailable";
  readonly code = "SECRETS_UNAVAILABLE";

  /** @param secretName with its store @param what in the store's words, never a value @param advice for an operator */
  constructor(secretName: string, what: string, advice: string, cause?: unknown) {
    super(
      [
        `The secret ${secretName} could not be read: ${what}`,
        "  Without it no signature can be checked; the event is not taken and has to come again. Nothing is lost.",
        `  ${advice}  [SECRETS_UNAVAILABLE]`,
      ].join("\n"),
      { cause },
    );
  }
}
