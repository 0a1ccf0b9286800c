import type { Secrets } from "./signed-request";

/**
 * What a scheme makes of secrets, made once for as long as somebody keeps the array that they came in: importing a public
 * key costs as much as a check.
 */
export function oncePerSecrets<T extends object>(make: (secrets: Secrets) => T): (secrets: Secrets) => T {
  const known = new WeakMap<Secrets, T>();
  return (secrets) => {
    const before = known.get(secrets);
    if (before !== undefined) return before;
    const made = make(secrets);
    known.set(secrets, made);
    return made;
  };
}
