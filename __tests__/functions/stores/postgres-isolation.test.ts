import fc from "fast-check";
import { DatabaseError } from "pg";
import { type Inserted, insertIsolating } from "../../../functions/stores/postgres-isolation";
import type { Row } from "../../../functions/stores/postgres-row";

type Kind = "fine" | "odd JSON" | "refused";

/** A server that takes a statement whole or not at all, and counts. */
async function run(kinds: readonly Kind[]) {
  let statements = 0;
  const stored: string[] = [];
  const rows: Row[] = kinds.map((kind, index) => ({ key: `${index}`, mayBeJsonb: kind !== "fine", reason: kind }));
  const into: Inserted = { inserted: new Set(), refused: new Map() };
  await insertIsolating(rows, into, async (some) => {
    statements++;
    const refuses = ({ reason, mayBeJsonb }: Row) => reason === "refused" || (reason === "odd JSON" && mayBeJsonb);
    if (some.some(refuses)) throw Object.assign(new DatabaseError("no.", 0, "error"), { code: "22021" });
    stored.push(...some.map(({ key }) => key));
    return some.map(({ key }) => key);
  });
  const keysOf = (set: Iterable<Row>) => [...set].map(({ key }) => key);
  return { statements, stored, inserted: keysOf(into.inserted), refused: keysOf(into.refused.keys()) };
}

test("a batch without a fault is one statement", async () => {
  expect(await run(Array.from({ length: 1_000 }, () => "fine" as const))).toMatchObject({ statements: 1, refused: [] });
});

test("one refused row of a thousand is found in 22 statements", async () => {
  const kinds = Array.from({ length: 1_000 }, (_, index): Kind => (index === 321 ? "refused" : "fine"));
  expect(await run(kinds)).toMatchObject({ statements: 22, refused: ["321"] });
});

test("bodies that only look like JSON cost one statement more, however many they are", async () => {
  const body = Buffer.from('{"half":');
  const rows: Row[] = Array.from({ length: 100 }, (_, index) => ({ key: `${index}`, mayBeJsonb: true, body }));
  const into: Inserted = { inserted: new Set(), refused: new Map() };
  const insert = jest.fn(async (some: readonly Row[]) => {
    if (some.some(({ mayBeJsonb }) => mayBeJsonb))
      throw Object.assign(new DatabaseError("invalid input syntax for type json", 0, "error"), { code: "22P02" });
    return some.map(({ key }) => key);
  });
  await insertIsolating(rows, into, insert);
  expect([insert.mock.calls.length, into.inserted.size, into.refused.size]).toEqual([2, 100, 0]);
});

test("a fault that is not a row's ends it", async () => {
  const fault = Object.assign(new DatabaseError("no.", 0, "error"), { code: "53300" });
  const into: Inserted = { inserted: new Set(), refused: new Map() };
  const insert = jest.fn(() => Promise.reject(fault));
  await expect(insertIsolating([{ key: "1", mayBeJsonb: true }], into, insert)).rejects.toBe(fault);
  expect(insert).toHaveBeenCalledTimes(1);
});

test("every row that can be stored is, each once, in fewer than three statements a row", async () => {
  const kind = fc.constantFrom<Kind>("fine", "odd JSON", "refused");
  await fc.assert(
    fc.asyncProperty(fc.array(kind, { minLength: 1, maxLength: 60 }), async (kinds) => {
      const { statements, stored, inserted, refused } = await run(kinds);
      const indexes = kinds.map((_, index) => `${index}`);
      expect(stored).toEqual(indexes.filter((_, index) => kinds[index] !== "refused"));
      expect(inserted).toEqual(stored);
      expect(refused).toEqual(indexes.filter((_, index) => kinds[index] === "refused"));
      expect(statements).toBeLessThan(3 * kinds.length);
    }),
  );
});
