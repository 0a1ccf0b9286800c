/** How much of a function's environment the sources take. Pure. */
import { DELIVERY_IDS, CONSUMER_ENVIRONMENT as NAMES, type Source, type WrittenSource } from "../functions/environment";
import { headerSets } from "./header-sets";
import * as limits from "./limits";
import type { Settings } from "./settings";
import { ownSets } from "./source-headers";

/** Bytes that names, addresses and numbers take in the function that has most of them, and some to spare. */
export const OTHER_VARIABLES_BYTES = 640;

/** What whoever looks at signatures is told about sources; nothing where there are none. */
export function sourcesVariables(sources: readonly Source[], unmatched: Settings["unmatched"]): Record<string, string> {
  return {
    ...(sources.length === 0 ? {} : { [NAMES.sources]: JSON.stringify(sources.map(written)) }),
    ...(unmatched === "accept" ? {} : { [NAMES.unmatched]: unmatched }),
  };
}

/** Without what the functions take where it is absent. */
function written({ identity, onUnverified, ...source }: Source): WrittenSource {
  const isDefault = JSON.stringify(identity) === JSON.stringify(DELIVERY_IDS[source.signature.scheme].identity);
  return {
    ...source,
    ...(isDefault ? {} : { identity }),
    ...(onUnverified === "reject" ? {} : { onUnverified }),
  };
}

/** Of the variable with the sources, its name included. */
export function sourcesBytes(sources: readonly Source[]): number {
  return bytesOf(sourcesVariables(sources, "accept"));
}

/** Bytes that are left for the variable with the sources, beside what the settings say of senders and networks. */
export function sourcesRoom({ ingress, allowedCidrs }: Settings, sources: readonly Source[]): number {
  const others = {
    ...(ingress === "direct" ? { [NAMES.headerSets]: JSON.stringify(headerSets(ownSets(sources))) } : {}),
    ...(allowedCidrs === undefined ? {} : { [NAMES.allowedCidrs]: JSON.stringify(allowedCidrs) }),
  };
  return limits.FUNCTION_ENVIRONMENT_BYTES.value - OTHER_VARIABLES_BYTES - bytesOf(others);
}

/** As Lambda measures them: as one JSON text, in which every quote of a value has two bytes. */
function bytesOf(variables: Readonly<Record<string, string>>): number {
  return Buffer.byteLength(JSON.stringify(variables));
}
