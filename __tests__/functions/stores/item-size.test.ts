import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Item } from "../../../functions/stores/dynamodb-item";
import { ITEM_BYTES, itemBytes } from "../../../functions/stores/item-size";
import { startTable, type Table } from "./sink";

test.each<[string, Item, number]>([
  ["nothing", {}, 0],
  ["a string in UTF-8, and its name", { é: { S: "é😀" } }, 2 + 6],
  ["bytes as they are", { b: { B: new Uint8Array(1_000) } }, 1 + 1_000],
  ["a number by its digits", { n: { N: "1234567" } }, 1 + 4 + 1],
  ["an empty map", { m: { M: {} } }, 1 + 3],
  ["a map with its names, values and elements", { m: { M: { ab: { S: "xyz" }, c: { S: "" } } } }, 1 + 3 + 5 + 1 + 2],
])("%s", (_case, item, bytes) => {
  expect(itemBytes(item)).toBe(bytes);
});

test("an attribute of a type that no item of ours has is a mistake", () => {
  expect(() => itemBytes({ a: { BOOL: true } })).toThrow(new Error("no item of ours has an attribute of type BOOL"));
});

describe("a table", () => {
  let table: Table;
  beforeAll(async () => {
    table = await startTable();
  });
  afterAll(() => table.stop());

  const item = (bodyBytes: number): Item => ({
    pk: { S: "github#1" },
    headers: { M: { "content-type": { S: "application/json" }, "x-empty": { S: "" } } },
    bodyBytes: { N: "1234" },
    body: { S: "x".repeat(bodyBytes) },
  });
  const put = (Item: Item) => table.client.send(new PutItemCommand({ TableName: "webhook-test-events", Item }));
  const room = ITEM_BYTES - itemBytes(item(0));

  test("takes an item of exactly the limit", async () => {
    await expect(put(item(room))).resolves.toBeDefined();
  });

  test("refuses one byte more", async () => {
    await expect(put(item(room + 1))).rejects.toMatchObject({ name: "ValidationException" });
  });
});
