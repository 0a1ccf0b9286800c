/**
 * Terraform's expression language, as far as a synthesized stack uses it: references, literals, templates, lists,
 * objects and a few functions. Anything else is named by an {@link ExpressionError}; nothing is guessed.
 */
import { FUNCTIONS, toText, ValueError } from "./expression-functions";

/** Why an expression could not be evaluated; the caller knows where it stands. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  constructor(
    readonly expression: string,
    readonly why: string,
  ) {
    super(`${expression}: ${why}`);
  }
}

/** A step of a traversal: `.name`, `["name"]` or `[0]`. */
export type Step = string | number;

/** Gives the value of a reference such as `aws_sqs_queue.events.arn`, of which `root` is the first name. */
export type Lookup = (root: string, steps: readonly Step[]) => unknown;

/**
 * Resolves a string of Terraform JSON: `${…}` is evaluated, `$${` and `%%{` are unescaped. A string that is nothing
 * but one `${…}` keeps the type of its value.
 * @throws ExpressionError
 */
export function resolveTemplate(source: string, lookup: Lookup): unknown {
  if (!source.includes("${") && !source.includes("%{")) return source;
  return new Parser(source, lookup).wholeTemplate();
}

/** Recursive descent over one string; `#at` is where it reads. */
class Parser {
  #at = 0;
  constructor(
    private readonly source: string,
    private readonly lookup: Lookup,
  ) {}

  wholeTemplate(): unknown {
    const parts = this.#template(() => this.#at >= this.source.length);
    return parts.length === 1 ? parts[0] : parts.map((part) => this.#asText(part)).join("");
  }

  #asText(value: unknown): string {
    return this.#valued(() => toText(value));
  }

  /** Literal text and values in turn, up to `isEnd`. */
  #template(isEnd: () => boolean, isQuoted = false): unknown[] {
    const parts: unknown[] = [];
    let literal = "";
    const flush = () => {
      if (literal !== "") parts.push(literal);
      literal = "";
    };
    while (!isEnd()) {
      if (this.#takes("$${")) literal += "${";
      else if (this.#takes("%%{")) literal += "%{";
      else if (this.#takes("${")) {
        flush();
        parts.push(this.#expression());
        this.#expect("}");
      } else if (this.source.startsWith("%{", this.#at)) throw this.#fault("directives (%{…}) are not known here");
      else if (isQuoted && this.source[this.#at] === "\\") literal += this.#escape();
      else literal += this.#next();
    }
    flush();
    return parts;
  }

  #expression(): unknown {
    let value = this.#primary();
    for (let step = this.#step(); step !== undefined; step = this.#step()) value = this.#member(value, step);
    this.#space();
    return value;
  }

  #primary(): unknown {
    this.#space();
    const character = this.source[this.#at];
    if (character === '"') return this.#quoted();
    if (character === "[") return this.#list();
    if (character === "{") return this.#object();
    if (this.#takes("(")) {
      const value = this.#expression();
      this.#expect(")");
      return value;
    }
    const number = this.#match(/-?\d+(\.\d+)?/y);
    if (number !== undefined) return Number(number);
    const name = this.#match(/[A-Za-z_][\w-]*/y);
    if (name === undefined) throw this.#fault(`cannot read it at character ${this.#at + 1}`);
    if (name === "true" || name === "false") return name === "true";
    if (name === "null") return null;
    if (this.source[this.#at] === "(") return this.#call(name);
    return this.#reference(name);
  }

  #reference(root: string): unknown {
    const steps: Step[] = [];
    for (let step = this.#step(); step !== undefined; step = this.#step()) steps.push(step);
    return this.lookup(root, steps);
  }

  #step(): Step | undefined {
    if (this.#takes(".")) {
      const name = this.#match(/[A-Za-z_][\w-]*|\d+/y);
      if (name === undefined) throw this.#fault("splats (.*) are not known here");
      return /^\d/.test(name) ? Number(name) : name;
    }
    if (!this.#takes("[")) return undefined;
    const index = this.#expression();
    this.#expect("]");
    if (typeof index !== "string" && typeof index !== "number") throw this.#fault("an index is a string or a number");
    return index;
  }

  #member(value: unknown, step: Step): unknown {
    const member = memberOf(value, step);
    if (member === undefined) throw this.#fault(`there is no ${JSON.stringify(step)} in it`);
    return member;
  }

  #call(name: string): unknown {
    const apply = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (apply === undefined)
      throw this.#fault(`the function ${name} is not known; known are ${Object.keys(FUNCTIONS).join(", ")}`);
    const values = this.#items("(", ")", () => this.#expression());
    return this.#valued(() => apply(values));
  }

  #valued<Value>(compute: () => Value): Value {
    try {
      return compute();
    } catch (error) {
      throw error instanceof ValueError ? this.#fault(error.message) : error;
    }
  }

  #list(): unknown {
    return this.#items("[", "]", () => this.#expression());
  }

  #object(): unknown {
    const entry = (): [string, unknown] => {
      const key = this.source[this.#at] === '"' ? this.#quoted() : this.#match(/[A-Za-z_][\w-]*/y);
      if (key === undefined) throw this.#fault("an object's key is a name or a string");
      this.#space();
      if (!this.#takes("=")) this.#expect(":");
      return [this.#asText(key), this.#expression()];
    };
    return Object.fromEntries(this.#items("{", "}", entry));
  }

  #items<Item>(open: string, close: string, item: () => Item): Item[] {
    this.#expect(open);
    const items: Item[] = [];
    for (this.#space(); !this.#takes(close); this.#space()) {
      items.push(item());
      this.#space();
      if (!this.#takes(",") && this.source[this.#at] !== close) throw this.#fault(`expected "," or "${close}"`);
    }
    return items;
  }

  #quoted(): unknown {
    this.#expect('"');
    const parts = this.#template(() => this.source[this.#at] === '"', true);
    this.#expect('"');
    return parts.length === 1 ? parts[0] : parts.map((part) => this.#asText(part)).join("");
  }

  #escape(): string {
    const sequence = this.#match(/\\(?:["\\nrt]|u[0-9a-fA-F]{4})/y);
    if (sequence === undefined) throw this.#fault("an unknown escape sequence");
    return JSON.parse(`"${sequence}"`) as string;
  }

  #next(): string {
    const character = this.source[this.#at];
    if (character === undefined) throw this.#fault("it ends too early");
    this.#at += 1;
    return character;
  }

  #space(): void {
    this.#match(/\s+/y);
  }

  #takes(token: string): boolean {
    if (!this.source.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #expect(token: string): void {
    if (this.#takes(token)) return;
    const found = this.source[this.#at];
    throw this.#fault(
      found === undefined
        ? `"${token}" is missing`
        : `expected "${token}", found "${found}" (operators are not known here)`,
    );
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.source)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #fault(why: string): ExpressionError {
    return new ExpressionError(this.source, why);
  }
}

/** A member of a list or object; undefined where there is none. */
export function memberOf(value: unknown, step: Step): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
  return (value as Record<Step, unknown>)[step];
}
