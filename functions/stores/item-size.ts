import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Item } from "./dynamodb-item";

/** DynamoDB quotas, item size: 400 KB, names and values. */
export const ITEM_BYTES = 400 * 1_024;

/** Bytes of an item as DynamoDB counts them. Source: DynamoDB Developer Guide, "Item sizes and formats". */
export function itemBytes(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.B !== undefined) return value.B.byteLength;
  // A byte for two digits and one more. DynamoDB trims zeros, so that this is never too little.
  if (value.N !== undefined) return Math.ceil(value.N.length / 2) + 1;
  // 3 for the map, and 1 for each of its elements.
  if (value.M !== undefined) return 3 + itemBytes(value.M) + Object.keys(value.M).length;
  throw new Error(`no item of ours has an attribute of type ${Object.keys(value).join()}`);
}
