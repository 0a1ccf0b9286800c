/** What the parameter group of a database says. */
import { at, list, type Value } from "../value";

/** null for what it leaves to the engine. */
export function parameterOf(group: Value, name: string): Value {
  return at(
    list(at(group, "parameter")).find((each) => at(each, "name") === name),
    "value",
  );
}
