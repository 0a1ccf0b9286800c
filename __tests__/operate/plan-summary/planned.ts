/** Plans as rules see them, with only what a test is about. */
import type { Change, Plan } from "../../../operate/plan-summary/plan";
import type { Value } from "../../../operate/plan-summary/value";

export function change(given: Partial<Change> & { readonly type: string }): Change {
  return {
    address: `${given.type}.it`,
    action: "update",
    before: {},
    after: {},
    attributes: [],
    because: [],
    movedFrom: undefined,
    isImported: false,
    isDeposed: false,
    ...given,
  };
}

/** An update from one value of an attribute to another, at a path such as "ttl.0.enabled". */
export function updated(type: string, path: string, before: Value, after: Value): Change {
  return change({ type, before: nested(path, before), after: nested(path, after) });
}

function nested(path: string, value: Value): Value {
  const [key = "", ...rest] = path.split(".");
  const inner = rest.length === 0 ? value : nested(rest.join("."), value);
  return key === "0" ? [inner] : { [key]: inner };
}

export function planOf(...changes: readonly Change[]): Plan {
  return {
    name: "webhook-test",
    file: "webhook-test.json",
    terraformVersion: "1.11.4",
    hasErrors: false,
    changes,
    drifted: [],
    outputs: [],
  };
}
