import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../stacks/errors";
import { migrationsHash } from "../../stacks/migrations-hash";

const LIMITS = { A: "1", B: "2" };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "webhook-migrations-"));
  mkdirSync(join(folder, "migrations"));
  write("0001_first.sql", "select 1;");
  writeFileSync(join(folder, "index.js"), "the users");
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, sql: string) => writeFileSync(join(folder, "migrations", name), sql);

test("is the same for the same SQL and the same limits, in whatever order they are given", () => {
  expect(migrationsHash(folder, { B: "2", A: "1" })).toBe(migrationsHash(folder, LIMITS));
});

test.each<[string, () => unknown]>([
  ["a file more", () => write("0002_second.sql", "")],
  ["another statement", () => write("0001_first.sql", "select 2;")],
  ["other code, which has the SQL of the users", () => writeFileSync(join(folder, "index.js"), "other users")],
])("is another one with %s", (_, change) => {
  const before = migrationsHash(folder, LIMITS);
  change();
  expect(migrationsHash(folder, LIMITS)).not.toBe(before);
});

test("is another one with another limit", () => {
  expect(migrationsHash(folder, { ...LIMITS, A: "3" })).not.toBe(migrationsHash(folder, LIMITS));
});

test("does not move text from a file's name into the file", () => {
  const before = migrationsHash(folder, LIMITS);
  rmSync(join(folder, "migrations", "0001_first.sql"));
  write("0001_first.sqls", "elect 1;");
  expect(migrationsHash(folder, LIMITS)).not.toBe(before);
});

test("asks for the build where there is no such folder", () => {
  rmSync(join(folder, "migrations"), { recursive: true });
  expect(() => migrationsHash(folder, LIMITS)).toThrow(
    new UsageError(
      "BUNDLE_MISSING",
      `The function's bundle is not there: ${join(folder, "migrations")}
  The stack carries the bundle that build.mjs makes.
  Run npm run build, or npm run synth, which builds first.                                           [BUNDLE_MISSING]`,
    ),
  );
});
