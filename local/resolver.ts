/** Resolves the expressions of a stack, attribute by attribute, so that a circle is found and named. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { archiveSourceMissing, expressionCycle, expressionUnknown, propertyMissing } from "./errors";
import { ExpressionError, memberOf, resolveTemplate, type Step } from "./expressions";
import { type ComputeInput, RESOURCE_TYPES, type ResourceType } from "./resource-types";
import type { Origins } from "./template";
import { type Block, isRecord, type JsonObject, type TerraformJson } from "./terraform-json";

export class Resolver {
  readonly #blocks: ReadonlyMap<string, Block>;
  readonly #resolved = new Map<string, unknown>();
  /** What is being resolved right now, outermost first. */
  readonly #underWay: string[] = [];

  constructor(
    private readonly json: TerraformJson,
    private readonly place: { readonly directory: string; readonly origins: Origins },
  ) {
    this.#blocks = new Map(json.blocks.map((block) => [block.address, block]));
  }

  /** Every argument of a resource. @throws LocalRunError */
  properties(address: string): JsonObject {
    const names = Object.keys(this.#blocks.get(address)?.arguments ?? {});
    return Object.fromEntries(names.map((name) => [name, this.attribute(address, name)]));
  }

  /** @throws LocalRunError */
  outputs(): JsonObject {
    const { outputs } = this.json;
    return Object.fromEntries(Object.keys(outputs).map((name) => [name, this.#value(outputs[name], `output.${name}`)]));
  }

  /** An argument or a computed attribute; undefined for what is neither. @throws LocalRunError */
  attribute(address: string, name: string): unknown {
    return this.#once(`${address}.${name}`, () => {
      const block = this.#blocks.get(address);
      if (block !== undefined && Object.hasOwn(block.arguments, name))
        return this.#value(block.arguments[name], `${address}.${name}`);
      return this.#typeOf(address)?.computed[name]?.(this.#input(address));
    });
  }

  /** What a reference gets in place of the argument. */
  #madeUp(address: string, name: string): unknown {
    return this.#typeOf(address)?.referenced?.[name]?.(this.#input(address));
  }

  #typeOf(address: string): ResourceType | undefined {
    return RESOURCE_TYPES[this.#blocks.get(address)?.type ?? ""];
  }

  #input(address: string): ComputeInput {
    return {
      address,
      origins: this.place.origins,
      argument: (argument) => {
        const value = this.attribute(address, argument);
        if (typeof value !== "string") throw propertyMissing(address, argument);
        return value;
      },
      archiveHash: () => this.#archiveHash(address),
    };
  }

  /** Resolves what has not been resolved yet. @throws LocalRunError when it needs itself */
  #once(subject: string, compute: () => unknown): unknown {
    if (this.#resolved.has(subject)) return this.#resolved.get(subject);
    const start = this.#underWay.indexOf(subject);
    if (start >= 0) throw expressionCycle([...this.#underWay.slice(start), subject]);
    this.#underWay.push(subject);
    try {
      const value = compute();
      this.#resolved.set(subject, value);
      return value;
    } finally {
      this.#underWay.pop();
    }
  }

  #value(written: unknown, where: string): unknown {
    if (Array.isArray(written)) return written.map((item: unknown) => this.#value(item, where));
    if (isRecord(written))
      return Object.fromEntries(Object.entries(written).map(([key, item]) => [key, this.#value(item, where)]));
    if (typeof written !== "string") return written;
    try {
      return resolveTemplate(written, (root, steps) => this.#lookup(root, steps, written));
    } catch (error) {
      if (error instanceof ExpressionError) throw expressionUnknown(error.expression, where, error.why);
      throw error;
    }
  }

  #lookup(root: string, steps: readonly Step[], expression: string): unknown {
    const [first, second, third] = steps.map(String);
    if (root === "path" && first === "module") return ".";
    if (root === "local" && first !== undefined && Object.hasOwn(this.json.locals, first))
      return this.#member(
        this.#once(`local.${first}`, () => this.#value(this.json.locals[first], `local.${first}`)),
        steps.slice(1),
        expression,
      );
    if (root === "var" && first !== undefined && Object.hasOwn(this.json.variables, first))
      return this.#member(this.json.variables[first], steps.slice(1), expression);
    const isData = root === "data";
    const address = isData ? `data.${first}.${second}` : `${root}.${first}`;
    const attribute = isData ? third : second;
    if (attribute === undefined || !this.#blocks.has(address)) {
      const reference = [root, ...steps].join(".");
      throw new ExpressionError(
        expression,
        `${reference} is nothing that the stack declares (or a variable without a default)`,
      );
    }
    const inside = steps.slice(isData ? 3 : 2);
    const made = inside.length === 0 ? this.#madeUp(address, attribute) : undefined;
    if (made !== undefined) return made;
    // What AWS computes inside of a block stands in resource-types.ts by its path.
    const path = [attribute, ...inside.filter((step) => typeof step === "string")].join(".");
    const computed = path === attribute ? undefined : this.attribute(address, path);
    if (computed !== undefined) return computed;
    const value = this.attribute(address, attribute);
    if (value === undefined)
      throw new ExpressionError(
        expression,
        `${address} does not set ${attribute}, and the local run does not compute it`,
      );
    return this.#member(value, inside, expression);
  }

  #member(value: unknown, steps: readonly Step[], expression: string): unknown {
    let member = value;
    for (const step of steps) {
      // Terraform writes a block that may stand once as a list of one.
      member = step === 0 && isRecord(member) ? member : memberOf(member, step);
      if (member === undefined) throw new ExpressionError(expression, `there is no ${JSON.stringify(step)} in it`);
    }
    return member;
  }

  /** The hash of what would be packed, not of the zip: here it only has to change when the bundle does. */
  #archiveHash(address: string): string {
    const { source_file: file, source_dir: folder } = this.properties(address);
    const source = typeof file === "string" ? file : folder;
    if (typeof source !== "string") throw propertyMissing(address, "source_file");
    const path = resolve(this.place.directory, source);
    const hash = createHash("sha256");
    try {
      const names = typeof file === "string" ? [""] : filesIn(path);
      for (const name of names) hash.update(name).update(readFileSync(join(path, name)));
    } catch (error) {
      throw archiveSourceMissing(address, path, error);
    }
    return hash.digest("base64");
  }
}

/** Every file in a folder and those in it, by its path from there. */
const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
