import { resource, resources } from "../synthesized";
import { type AwsRule, list, map, named, str } from "./rule";

const TABLE = "aws_dynamodb_table.sink_table";

export const DYNAMODB_RULES: readonly AwsRule[] = [
  {
    name: "table and index names are allowed",
    source: "DynamoDB API, CreateTable, TableName and IndexName",
    problems: (stack) =>
      resources(stack, "aws_dynamodb_table").flatMap((table) => [
        ...named(table, "name", /^[a-zA-Z0-9_.-]{3,255}$/),
        ...list(table.properties.global_secondary_index).flatMap((index) =>
          named({ address: table.address, properties: map(index) }, "name", /^[a-zA-Z0-9_.-]{3,255}$/),
        ),
      ]),
    breakIt: (stack) => {
      resource(stack, TABLE).name = "ev";
    },
    found: [`${TABLE}: name is "ev", not ^[a-zA-Z0-9_.-]{3,255}$`],
  },
  {
    name: "the declared attributes are exactly the keys",
    source: "DynamoDB API, CreateTable, AttributeDefinitions",
    problems: (stack) =>
      resources(stack, "aws_dynamodb_table").flatMap(({ address, properties }) => {
        const indexes = list(properties.global_secondary_index).map(map);
        const keys = [properties, ...indexes].flatMap(({ hash_key, range_key }) => [str(hash_key), str(range_key)]);
        const used = [...new Set(keys.filter((key) => key !== ""))];
        const declared = list(properties.attribute).map((attribute) => str(map(attribute).name));
        return [
          ...used.filter((key) => !declared.includes(key)).map((key) => `${address}: key ${key} is not declared`),
          ...declared
            .filter((name) => !used.includes(name))
            .map((name) => `${address}: ${name} is declared and no key`),
        ];
      }),
    breakIt: (stack) => {
      resource(stack, TABLE).attribute = [
        { name: "pk", type: "S" },
        { name: "receivedAt", type: "S" },
        { name: "state", type: "S" },
      ];
    },
    found: [`${TABLE}: key sourceShard is not declared`, `${TABLE}: state is declared and no key`],
  },
  {
    name: "an index that includes attributes names some that are no keys",
    source: "DynamoDB API, Projection",
    problems: (stack) =>
      resources(stack, "aws_dynamodb_table").flatMap(({ address, properties }) =>
        list(properties.global_secondary_index)
          .map(map)
          .filter((index) => {
            const included = list(index.non_key_attributes).map(str);
            const keys = [properties.hash_key, index.hash_key, index.range_key].map(str);
            return index.projection_type === "INCLUDE"
              ? included.length === 0 || included.some((name) => keys.includes(name))
              : included.length > 0;
          })
          .map((index) => `${address}: the projection of ${str(index.name)} would be refused`),
      ),
    breakIt: (stack) => {
      resource(stack, TABLE).global_secondary_index = [
        { name: "i-1", hash_key: "pk", projection_type: "INCLUDE", non_key_attributes: ["pk"] },
      ];
    },
    found: [`${TABLE}: the projection of i-1 would be refused`],
  },
];
