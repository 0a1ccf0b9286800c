/**
 * Are the stacks the same under the maintained successor of CDKTF? Installs its newest packages in a temporary folder,
 * synthesizes the unchanged sources with both, and compares what comes out.
 *
 * Exit code 0: nothing differs but versions and the written form of a provider's address. 1: something else does.
 * 2: nothing was compared.
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { notSynthesized } from "./coverage";
import { compareFolders, type Difference } from "./differences";
import { environments, moreStacks } from "./environments";
import { MappedApp } from "./mapped-app";
import { install, successorOf, synthesizers, versions } from "./packages";
import { typeMistakes } from "./types";

/** dist/ is where this runs from. */
const project = dirname(__dirname);

async function check(folder: string): Promise<number> {
  const names = synthesizers(project);
  install(folder, names.map(successorOf));
  say(`CDKTF: ${versions(project, [...names, "constructs"])}`);
  say(`Successor: ${versions(folder, [...names.map(successorOf), "constructs"])}`);
  say(`Node.js ${process.versions.node}`);

  const cdktf = await MappedApp.build({
    project,
    folder: join(folder, "cdktf"),
    packages: project,
    mapping: (name) => name,
  });
  const stacks = [
    ...Object.keys(environments).map((environment) => ({ environment, stack: "webhook" })),
    ...moreStacks,
  ].map((stack) => ({ ...stack, output: cdktf.synthesize(stack.environment, stack.stack) }));
  let compared: { title: string; differences: readonly Difference[] }[];
  try {
    const packages = { packages: folder, mapping: successorOf };
    const successor = await MappedApp.build({ project, folder: join(folder, "successor"), ...packages });
    compared = stacks.map(({ environment, stack, output }) => {
      const differences = compareFolders(output, successor.synthesize(environment, stack));
      return { title: `${stack} of ${environment}`, differences };
    });
  } catch (error) {
    say(`\nThe successor cannot synthesize the sources: ${error instanceof Error ? error.message : error}`);
    return 1;
  }

  for (const { title, differences } of compared) say(`\n${title}\n${differences.map(line).join("\n")}`);
  const unexpected = compared.flatMap(({ differences }) => differences).filter(({ isExpected }) => !isExpected);
  const missing = notSynthesized(
    cdktf.imports,
    stacks.flatMap(({ output }) => stacksIn(output)),
  );
  const mistakes = typeMistakes(project, folder, names, successorOf);
  say("");
  if (mistakes !== undefined) say(`The sources do not compile against the successor's types:\n${mistakes}`);
  if (missing.length > 0) {
    say(`Not compared, because no stack of __tests__/successor/environments.ts has it: ${missing.join(", ")}`);
  }
  if (unexpected.length > 0) say(`Neither a version nor an address: ${unexpected.length} of the differences.`);
  if (mistakes !== undefined || missing.length + unexpected.length > 0) return 1;
  say("The sources compile against the successor's types.");
  say(`${compared.length} stacks are the same: they differ in versions, and in how a provider's address is written.`);
  return 0;
}

function stacksIn(output: string) {
  const { stacks } = JSON.parse(readFileSync(join(output, "manifest.json"), "utf8")) as {
    stacks: Record<string, { synthesizedStackPath: string }>;
  };
  return Object.values(stacks).map((stack) =>
    JSON.parse(readFileSync(join(output, stack.synthesizedStackPath), "utf8")),
  );
}

function line({ file, where, cdktf, successor, isExpected }: Difference): string {
  const place = where === "" ? file : `${file} ${where}`;
  return `  ${isExpected ? "as expected" : "DIFFERENT  "} ${place}: ${text(cdktf)} → ${text(successor)}`;
}

const text = (value: unknown) => (value === undefined ? "(nothing)" : JSON.stringify(value));

function say(words: string): void {
  process.stdout.write(`${words}\n`);
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "webhook-successor-"));
  try {
    process.exitCode = await check(folder);
  } catch (error) {
    process.stderr.write(`Nothing was compared: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 2;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
