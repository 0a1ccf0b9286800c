/** What a function carries is what each cold start loads. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";

const KB = 1_024;

function zipOf(name: string): number {
  const bundle = readFileSync(join(__dirname, "../../dist/functions", name, "index.js"));
  return zipSync({ "index.js": bundle }).byteLength;
}

test.each([
  ["publish", 200],
  ["consume", 300],
  ["consume-postgres", 320],
])("the zip of %s is below %d KB", (name, kilobytes) => {
  expect(zipOf(name)).toBeLessThan(kilobytes * KB);
});

describe("with signatures, all schemes and the reading of their secrets,", () => {
  let sizes: Readonly<Record<string, { readonly with: number; readonly without: number }>>;
  beforeAll(() => {
    const script = join(__dirname, "bundle-sizes.mjs");
    sizes = JSON.parse(execFileSync(process.execPath, [script], { encoding: "utf8" }));
  });

  test.each(["publish", "consume"])("the zip of %s is at most 15 KB larger than without", (name) => {
    const { with: whole = 0, without = 0 } = sizes[name] ?? {};
    // Written to the terminal: jest's console would add where it was called.
    process.stderr.write(`${name}: ${((whole - without) / KB).toFixed(1)} KB of ${(whole / KB).toFixed(1)} KB\n`);
    // Built as it is for real.
    expect(Math.abs(whole - zipOf(name))).toBeLessThan(KB);
    expect(whole - without).toBeGreaterThan(KB);
    expect(whole - without).toBeLessThanOrEqual(15 * KB);
  });
});
