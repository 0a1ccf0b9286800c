/**
 * What a function is told by the infrastructure: the seam between stacks/ and functions/. The stacks take the names
 * from here; the functions read the values here and nowhere else, when called and never at import.
 */

/** Names of the environment variables of the consumer. Value formats stand at {@link ConsumerEnvironment}. */
export const CONSUMER_ENVIRONMENT = {
  eventsTableName: "EVENTS_TABLE_NAME",
  ingress: "INGRESS",
  headerSets: "HEADER_SETS",
  indexShards: "INDEX_SHARDS",
  compressOverBytes: "COMPRESS_OVER_BYTES",
  eventExpiryDays: "EVENT_EXPIRY_DAYS",
  rejectedExpiryDays: "REJECTED_EXPIRY_DAYS",
} as const;

/** How a message came onto the queue, see docs/decisions/0003. */
export const INGRESSES = ["direct", "lambda"] as const;
export type Ingress = (typeof INGRESSES)[number];

/** Name of a header set -> its header names in lower case, in the order in which a direct message carries their values. */
export type HeaderSets = Readonly<Record<string, readonly string[]>>;

/** What the consumer is told. */
export interface ConsumerEnvironment {
  readonly eventsTableName: string;
  /** The stack's own ingress; a message of another form is rejected. */
  readonly ingress: Ingress;
  /** A JSON object of arrays of header names. */
  readonly headerSets: HeaderSets;
  /** Over how many keys of the index one source is spread. 1 or more. */
  readonly indexShards: number;
  /** A body of more bytes is stored compressed. 0 or more. */
  readonly compressOverBytes: number;
  /** Days after which a stored event expires. Absent or empty: never. */
  readonly eventExpiryDays?: number;
  /** Days after which a rejected record expires. */
  readonly rejectedExpiryDays: number;
}

/** The stack and the function do not agree about the environment: names every mistake. */
export class EnvironmentInvalid extends Error {
  override readonly name = "EnvironmentInvalid";
  readonly code = "ENVIRONMENT_INVALID";

  constructor(readonly mistakes: readonly string[]) {
    super(
      [
        `The consumer's environment has ${mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`}.`,
        ...mistakes.map((mistake) => `  ${mistake}`),
        "  The stack sets these variables: deploy it again instead of editing them.  [ENVIRONMENT_INVALID]",
      ].join("\n"),
    );
  }
}

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws EnvironmentInvalid naming every missing or malformed variable at once */
export function readConsumerEnvironment(variables: Variables = process.env): ConsumerEnvironment {
  const mistakes: string[] = [];

  /** Reads one variable; a mistake is kept and the rest still read. Empty counts as absent. */
  const read = <T>(name: string, must: string, parse: (value: string) => T | undefined): T | undefined => {
    const value = variables[name];
    if (value === undefined || value === "") {
      mistakes.push(`${name} is not set; it must be ${must}.`);
      return undefined;
    }
    const parsed = parse(value);
    if (parsed === undefined) mistakes.push(`${name} is ${JSON.stringify(value)}; it must be ${must}.`);
    return parsed;
  };
  const wholeNumber = (name: string, least: number) =>
    read(name, `a whole number of ${least} or more`, (value) =>
      isWholeNumber(value, least) ? Number(value) : undefined,
    );

  const names = CONSUMER_ENVIRONMENT;
  const eventsTableName = read(names.eventsTableName, "the name of the events table", (value) => value);
  const ingress = read(names.ingress, INGRESSES.join(" or "), (value) => INGRESSES.find((known) => known === value));
  const headerSets = read(names.headerSets, "a JSON object of arrays of header names", parseHeaderSets);
  const indexShards = wholeNumber(names.indexShards, 1);
  const compressOverBytes = wholeNumber(names.compressOverBytes, 0);
  const eventExpiryDays = variables[names.eventExpiryDays] ? wholeNumber(names.eventExpiryDays, 1) : undefined;
  const rejectedExpiryDays = wholeNumber(names.rejectedExpiryDays, 1);

  if (
    mistakes.length > 0 ||
    eventsTableName === undefined ||
    ingress === undefined ||
    headerSets === undefined ||
    indexShards === undefined ||
    compressOverBytes === undefined ||
    rejectedExpiryDays === undefined
  ) {
    throw new EnvironmentInvalid(mistakes);
  }
  return {
    eventsTableName,
    ingress,
    headerSets,
    indexShards,
    compressOverBytes,
    ...(eventExpiryDays === undefined ? {} : { eventExpiryDays }),
    rejectedExpiryDays,
  };
}

function isWholeNumber(value: string, least: number): boolean {
  return /^\d{1,15}$/.test(value) && Number(value) >= least;
}

function parseHeaderSets(value: string): HeaderSets | undefined {
  const sets = parseJson(value);
  if (typeof sets !== "object" || sets === null || Array.isArray(sets)) return undefined;
  const entries = Object.entries(sets).map(([name, headers]) => [name, headerNames(headers)] as const);
  if (entries.length === 0 || entries.some(([, headers]) => headers === undefined)) return undefined;
  return Object.fromEntries(entries.map(([name, headers]) => [name, headers ?? []]));
}

function headerNames(headers: unknown): readonly string[] | undefined {
  if (!Array.isArray(headers)) return undefined;
  const names = headers.map((name: unknown) => (typeof name === "string" ? name.toLowerCase() : ""));
  return names.includes("") ? undefined : names;
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
