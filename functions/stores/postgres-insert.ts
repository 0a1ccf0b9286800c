import { COLUMNS, type Row } from "./postgres-row";

/** A statement as the driver takes it; without a name, so that nothing stays on the server. */
export interface Statement {
  readonly text: string;
  readonly values: readonly (string | number | Uint8Array | null)[];
}

/** Rows of one statement, which takes 65,535 parameters (PostgreSQL manual, "PostgreSQL Limits"). */
export const ROWS_AT_ONCE = 1_000;

/**
 * Inserts rows whose keys are not taken and returns the keys of those it inserted. Of rows with one key the first wins.
 * The server makes the jsonb of the body that it has got: a body travels once. Columns that no row has are left out.
 */
export function insertRows(rows: readonly Row[]): Statement {
  const columns = COLUMNS.filter((column) => rows.some((row) => row[column] !== undefined));
  const bodyAt = columns.indexOf("body");
  const values: Statement["values"][number][] = [];
  const tuples = rows.map((row) => {
    const first = values.length + 1;
    const places = columns.map((column) => `$${values.push(row[column] ?? null)}`);
    places.push(row.mayBeJsonb ? `convert_from($${first + bodyAt},'UTF8')::jsonb` : "NULL");
    return `(${places.join(",")})`;
  });
  const into = `webhook.events (${columns.join(",")},body_json)`;
  return { text: `INSERT INTO ${into} VALUES ${tuples.join(",")} ON CONFLICT (key) DO NOTHING RETURNING key`, values };
}

/** What is compared of the events that are stored under these keys. */
export function selectStored(keys: readonly string[]): Statement {
  const places = keys.map((_, index) => `$${index + 1}`).join(",");
  return { text: `SELECT key, request_id, body_sha256 FROM webhook.events WHERE key IN (${places})`, values: keys };
}
