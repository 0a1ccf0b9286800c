/**
 * The secrets that a run on this machine has: a JSON file, which is read anew each time, so that a rotation is an edit.
 * Its names are those of the settings; a value is a text, or a list of texts that are all valid now.
 */
import { existsSync, readFileSync } from "node:fs";
import { secretsMalformed, secretsMissing } from "./errors";
import { isRecord } from "./terraform-json";

export class SecretFile {
  readonly #told = new Set<string>();

  /** @param onMissing gets a line for each name that is asked for and not there, once */
  constructor(
    readonly path: string,
    private readonly onMissing: (line: string) => void,
  ) {}

  /** @throws LocalRunError for a file that is no JSON object of texts and lists of texts; without a file there is no secret */
  check(): void {
    this.#read();
  }

  /**
   * @param name as in the settings: ssm:/webhook/dev/github
   * @returns undefined when it is not there, which is told
   */
  get(name: string): string | undefined {
    const value = this.#readLeniently()[name];
    if (value !== undefined) return value;
    this.#tell(
      `There is no secret "${name}" in ${this.path}: add it there, {"${name}": "…"}; nothing has to be restarted.`,
    );
    return undefined;
  }

  /** A mistake in the middle of an edit is no end of the run. */
  #readLeniently(): Readonly<Record<string, string>> {
    try {
      return this.#read();
    } catch (error) {
      this.#tell(error instanceof Error ? error.message : String(error));
      return {};
    }
  }

  #read(): Readonly<Record<string, string>> {
    if (!existsSync(this.path)) return {};
    const secrets = parse(readFileSync(this.path, "utf8"));
    if (!isRecord(secrets)) throw secretsMalformed(this.path, "it is not a JSON object");
    return Object.fromEntries(
      Object.entries(secrets).map(([name, value]) => {
        const lines = Array.isArray(value) ? value : [value];
        if (!lines.every((line) => typeof line === "string"))
          throw secretsMalformed(this.path, `the value of "${name}" is neither a text nor a list of texts`);
        return [name, lines.join("\n")];
      }),
    );
  }

  #tell(line: string): void {
    if (this.#told.has(line)) return;
    this.#told.add(line);
    this.onMissing(line);
  }
}

/** @throws LocalRunError for a file that was named and is not there */
export function namedSecretFile(path: string): string {
  if (!existsSync(path)) throw secretsMissing(path);
  return path;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not its message: that quotes the text.
    return undefined;
  }
}
