/** The sources of the settings as the functions know them. Pure. */
import { DELIVERY_IDS, type Signature, type Source } from "../functions/environment";
import type { Settings } from "./settings";
import type { SourceSettings } from "./source-settings";

/** Every source, in the order of the settings, with the identity that its scheme has where the settings name none. */
export function sourcesOf({ sources }: Pick<Settings, "sources">): Source[] {
  return Object.entries(sources).map(([name, { path, signature, identity, types, allowedCidrs, onUnverified }]) => ({
    name,
    path,
    signature: signatureOf(signature),
    identity: identity ?? DELIVERY_IDS[signature.scheme].identity,
    ...(types === undefined ? {} : { types }),
    ...(allowedCidrs === undefined ? {} : { allowedCidrs }),
    onUnverified,
  }));
}

function signatureOf({ secrets, ...form }: SourceSettings["signature"]): Signature {
  return { ...form, secretNames: secrets };
}

/** The names of all secrets, each once, sorted. */
export function secretNamesOf(sources: readonly Pick<Source, "signature">[]): string[] {
  return [...new Set(sources.flatMap(({ signature }) => signature.secretNames))].sort();
}
