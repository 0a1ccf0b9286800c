/** Reads variables one by one and keeps every mistake, so that all of them are reported at once. */

export type Variables = Readonly<Record<string, string | undefined>>;

/** The stack and the function do not agree about the environment: names every mistake. */
export class EnvironmentInvalid extends Error {
  override readonly name = "EnvironmentInvalid";
  readonly code = "ENVIRONMENT_INVALID";

  /** @param owner whose environment it is, such as "consumer" */
  constructor(
    owner: string,
    readonly mistakes: readonly string[],
  ) {
    super(
      [
        `The ${owner}'s environment has ${mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`}.`,
        ...mistakes.map((mistake) => `  ${mistake}`),
        "  The stack sets these variables: deploy it again instead of editing them.  [ENVIRONMENT_INVALID]",
      ].join("\n"),
    );
  }
}

/** A value's format, with the words that a mistake is explained with. */
export interface Format<T> {
  readonly must: string;
  /** @returns undefined for what it does not take */
  readonly parse: (value: string) => T | undefined;
}

export class VariableReader {
  readonly #variables: Variables;
  readonly #mistakes: string[] = [];

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  /** @returns undefined after a mistake, which is kept. Empty counts as absent. */
  required<T>(name: string, format: Format<T>): T | undefined {
    if ((this.#variables[name] ?? "") !== "") return this.optional(name, format);
    this.#mistakes.push(`${name} is not set; it must be ${format.must}.`);
    return undefined;
  }

  /** @returns undefined when it is absent or empty, and after a mistake, which is kept */
  optional<T>(name: string, { must, parse }: Format<T>): T | undefined {
    const value = this.#variables[name];
    if (value === undefined || value === "") return undefined;
    const parsed = parse(value);
    if (parsed === undefined) this.#mistakes.push(`${name} is ${JSON.stringify(value)}; it must be ${must}.`);
    return parsed;
  }

  /**
   * What was read, after everything has been read.
   * @param owner whose environment it is, such as "consumer"
   * @throws EnvironmentInvalid naming every mistake
   */
  complete<T extends object>(owner: string, values: { readonly [K in keyof T]: T[K] | undefined }): T {
    if (this.#mistakes.length > 0 || !isComplete<T>(values)) throw new EnvironmentInvalid(owner, this.#mistakes);
    return values;
  }
}

function isComplete<T extends object>(values: { readonly [K in keyof T]: T[K] | undefined }): values is T {
  return !Object.values(values).includes(undefined);
}
