import { insertRows, ROWS_AT_ONCE, selectStored } from "../../../functions/stores/postgres-insert";
import { COLUMNS, eventRow, type Row } from "../../../functions/stores/postgres-row";
import { webhookEvent } from "../factories";

test("a body travels once, and the server makes the jsonb of it; nothing is sent for columns that no row has", () => {
  const body = Buffer.from("{}");
  const rows: Row[] = [
    { key: "a", body, mayBeJsonb: true },
    { key: "b", mayBeJsonb: false },
  ];
  expect(insertRows(rows)).toEqual({
    text: "INSERT INTO webhook.events (key,body,body_json) VALUES ($1,$2,convert_from($2,'UTF8')::jsonb),($3,$4,NULL) ON CONFLICT (key) DO NOTHING RETURNING key",
    values: ["a", body, "b", null],
  });
});

test("an event has no column of a record", () => {
  const row = eventRow(webhookEvent());
  const { text } = insertRows(row === undefined ? [] : [row]);
  expect(text).not.toMatch(/message_attributes|reason|detail|conflicts_with/);
});

test("the rows of one statement have no more parameters than the protocol takes", () => {
  expect(ROWS_AT_ONCE * COLUMNS.length).toBeLessThanOrEqual(65_535);
});

test("what is stored is looked up by keys", () => {
  expect(selectStored(["a", "b"])).toEqual({
    text: "SELECT key, request_id, body_sha256 FROM webhook.events WHERE key IN ($1,$2)",
    values: ["a", "b"],
  });
});
