/**
 * What the probes ask about. The table itself is local/aws-assumptions.ts, which the command line hands over: its rows
 * have to know these choices, and the compiler holds that.
 */
export interface Beliefs {
  readonly interpolatedQuotes: "as-they-are" | "escaped";
  readonly absentInInterpolation: "empty" | "refused";
  readonly refusedMapping: "400 Bad Request" | "500 Internal Server Error";
  readonly emptyBody: "absent" | "empty";
  readonly repeatedAttribute: "last";
  readonly path: "as-sent" | "decoded";
  readonly bodyBytes: "utf-8-with-replacements" | "refused";
  readonly sqsRefusal: "passed-on" | "500 Internal Server Error";
  readonly acceptedAnswer: "sqs-xml";
  readonly repeatedHeader: "joined-with-comma";
  readonly contentEncoding: "not-decoded";
  readonly methodsWithoutBody: "routed";
  readonly rawPath: "decoded" | "as-sent";
  readonly textTypes: "text-json-xml-javascript";
  readonly textBytes: "utf-8-with-replacements" | "base64";
  readonly passedOnHeaders: "all-but-hop-by-hop";
  readonly eventTooLarge: "413 Request Entity Too Large" | "500 Internal Server Error";
}
export type Belief = keyof Beliefs;

/** A row of the table, as far as probes need it. */
export interface Assumption<Choice extends string = string> {
  /** What the local run plays. */
  readonly choice: Choice;
  /** What it could play instead. */
  readonly others: readonly Choice[];
  /** How a deployed stack would tell. */
  readonly check: string;
}
/** Every row, also of what cannot be probed. */
export type Assumptions = Readonly<Record<string, Assumption>> & {
  readonly [Name in Belief]: Assumption<Beliefs[Name]>;
};

/** Other choices than those of the table. */
export type Change = Partial<Beliefs>;

export function beliefsOf(assumptions: Assumptions): Beliefs {
  return Object.fromEntries(
    Object.entries(assumptions).map(([name, { choice }]) => [name, choice]),
  ) as unknown as Beliefs;
}

/** Every other combination of what these rows could say, those that change the fewest rows first. */
export function changesOf(names: readonly Belief[], assumptions: Assumptions): readonly Change[] {
  const changes = names.reduce<readonly Change[]>(
    (sofar, name) =>
      sofar.flatMap((change) => [change, ...assumptions[name].others.map((other) => ({ ...change, [name]: other }))]),
    [{}],
  );
  const size = (change: Change) => Object.keys(change).length;
  return changes.filter((change) => size(change) > 0).sort((a, b) => size(a) - size(b));
}
