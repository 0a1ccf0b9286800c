/** Changes of a configuration in place, of which the golden cases are made. */

import type { Configuration } from "./changed-stack";

export type Edit = (configuration: Configuration) => void;

export type Properties = Record<string, unknown>;

export function resource(configuration: Configuration, address: string): Properties {
  const [type = "", name = ""] = address.split(".");
  const found = configuration.resource[type]?.[name];
  if (found === undefined) throw new Error(`The stack has no ${address}; the golden cases have to follow it.`);
  return found;
}

export const set =
  (address: string, properties: Properties) =>
  (configuration: Configuration): void => {
    Object.assign(resource(configuration, address), properties);
  };

export const remove =
  (...addresses: readonly string[]) =>
  (configuration: Configuration): void => {
    for (const address of addresses) {
      const [type = "", name = ""] = address.split(".");
      resource(configuration, address);
      const { [name]: _, ...others } = configuration.resource[type] ?? {};
      if (Object.keys(others).length > 0) configuration.resource[type] = others;
      else delete configuration.resource[type];
      for (const properties of Object.values(configuration.resource).flatMap(Object.values)) {
        const { depends_on: waits } = properties as { depends_on?: readonly string[] };
        if (waits !== undefined) properties.depends_on = waits.filter((each) => each !== address);
      }
    }
  };

export const all =
  (...edits: readonly Edit[]) =>
  (configuration: Configuration): void => {
    for (const edit of edits) edit(configuration);
  };

export const nothing = () => {};

/** The statements of a policy that is a text with references. */
export function addStatement(address: string, attribute: string, statement: object): Edit {
  return (configuration) => {
    const properties = resource(configuration, address);
    const document = JSON.parse(String(properties[attribute])) as { Statement: object[] };
    document.Statement.push(statement);
    properties[attribute] = JSON.stringify(document);
  };
}

/** An environment variable of a function. */
export function variable(address: string, name: string, value: string): Edit {
  return (configuration) => {
    const { environment } = resource(configuration, address) as {
      environment: { variables: Record<string, string> };
    };
    environment.variables[name] = value;
  };
}
