/** What a function carries is what each cold start loads. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";

const KB = 1_024;

test.each([
  ["publish", 200],
  ["consume", 300],
  ["consume-postgres", 320],
])("the zip of %s is below %d KB", (name, kilobytes) => {
  const bundle = readFileSync(join(__dirname, "../../dist/functions", name, "index.js"));
  expect(zipSync({ "index.js": bundle }).byteLength).toBeLessThan(kilobytes * KB);
});
