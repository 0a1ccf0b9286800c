import { classifyPostgresFault, type PostgresFault } from "./postgres-fault";
import { isJsonb } from "./postgres-json";
import type { Row } from "./postgres-row";

type Refusal = Extract<PostgresFault, { kind: "unstorable" }>;

/** What became of rows: a row in neither was there already. */
export interface Inserted {
  readonly inserted: Set<Row>;
  readonly refused: Map<Row, Refusal>;
}

/**
 * Inserts rows, and finds the ones that the server refuses. After the first refusal bodies that are no jsonb are told
 * apart here; what is refused then is found by halving: fewer than three statements a row in the worst case, two per
 * halving for a single one. Such a row is tried once more without `body_json`, before it is given up.
 * @param insert inserts all or none, and gives the keys of the rows that were not there; the first of equal keys wins
 * @throws what `insert` threw, unless it is the fault of a row
 */
export async function insertIsolating(
  rows: readonly Row[],
  into: Inserted,
  insert: (rows: readonly Row[]) => Promise<readonly string[]>,
): Promise<void> {
  let areBodiesChecked = false;
  const insertHalving = async (some: readonly Row[]): Promise<void> => {
    const refusal = await insertOnce(some, into, insert);
    const [row] = some;
    if (refusal === undefined || row === undefined) return;
    if (!areBodiesChecked) {
      areBodiesChecked = true;
      if (takeBackJsonb(rows)) return insertHalving(some);
    }
    if (some.length > 1) {
      const half = Math.ceil(some.length / 2);
      await insertHalving(some.slice(0, half));
      await insertHalving(some.slice(half));
    } else if (row.mayBeJsonb) {
      row.mayBeJsonb = false;
      await insertHalving(some);
    } else {
      into.refused.set(row, refusal);
    }
  };
  await insertHalving(rows);
}

/** @returns whether there was a body that is no jsonb */
function takeBackJsonb(rows: readonly Row[]): boolean {
  const wrong = rows.filter(({ mayBeJsonb, body }) => mayBeJsonb && body instanceof Uint8Array && !isJsonb(body));
  for (const row of wrong) row.mayBeJsonb = false;
  return wrong.length > 0;
}

/** @returns the refusal, when the server refused one of the rows and so inserted none */
async function insertOnce(
  rows: readonly Row[],
  { inserted }: Inserted,
  insert: (rows: readonly Row[]) => Promise<readonly string[]>,
): Promise<Refusal | undefined> {
  try {
    const fresh = new Set(await insert(rows));
    for (const row of rows) if (fresh.delete(row.key)) inserted.add(row);
    return undefined;
  } catch (fault) {
    const refusal = classifyPostgresFault(fault);
    if (refusal.kind === "unstorable") return refusal;
    throw fault;
  }
}
