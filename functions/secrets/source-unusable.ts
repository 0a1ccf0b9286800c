import type { UnverifiedCode } from "../event/signatures/signed-request";

const WHY: Partial<Readonly<Record<UnverifiedCode, readonly [what: string, advice: string]>>> = {
  SECRET_UNUSABLE: [
    "none of its secrets is one that its scheme can use",
    "Correct the value in the secrets' store, as the sender shows it. No deployment is needed.",
  ],
  URL_MISSING: [
    "its scheme signs the URL, and it has none",
    "Set the source's publicUrl to the URL that the sender was given, and deploy.",
  ],
};

/** A source cannot verify anything, by a mistake of ours: an event is neither accepted nor rejected, it comes again. */
export class SourceUnusable extends Error {
  override readonly name = "SourceUnusable";

  /** @param code one of OUR_MISTAKES */
  constructor(
    sourceName: string,
    readonly code: UnverifiedCode,
  ) {
    const [what = "it is set up wrongly", advice = ""] = WHY[code] ?? [];
    super(
      [
        `The source "${sourceName}" cannot verify anything: ${what}.`,
        "  The event is not taken and has to come again. Nothing is lost.",
        `  ${advice}  [${code}]`,
      ].join("\n"),
    );
  }
}
