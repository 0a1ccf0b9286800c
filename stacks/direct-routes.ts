/** Which paths' requests travel with which headers by direct ingress. Pure. */
import { pathsOverlap, type Source } from "../functions/environment";
import { type HeaderSet, headerSet, SENDER_NAMES } from "./header-sets";
import type { Senders } from "./settings";
import { isOwnSet, sourceSet } from "./source-headers";

/** The paths of one set of headers. */
export interface SetRoutes {
  /** Ends the identifier of its integration; it stays when the set's headers change. */
  readonly id: string;
  readonly set: HeaderSet;
  /** Path → whether all below it belong to it as well. */
  readonly paths: ReadonlyMap<string, boolean>;
}

/** Of every set that has a path: first the senders', in their order, then those of sources. */
export function setRoutes(senders: Senders, sources: readonly Source[]): SetRoutes[] {
  const claims = sources.map((source) => ({ source, set: sourceSet(source) }));
  const all = new Map<string, SetRoutes & { readonly paths: Map<string, boolean> }>();
  const add = (id: string, set: HeaderSet, path: string, isBelow: boolean) => {
    const routes = all.get(id) ?? { id, set, paths: new Map<string, boolean>() };
    all.set(id, routes);
    routes.paths.set(path, isBelow || (routes.paths.get(path) ?? false));
  };
  for (const sender of SENDER_NAMES) {
    for (const path of Object.keys(senders).filter((path) => senders[path] === sender)) {
      // What a source says of a path goes before a sender that is there by default.
      const isTaken = claims.some(({ source, set }) => set.name !== sender && pathsOverlap(source.path, path));
      if (!isTaken) add(sender, headerSet(sender), path, true);
    }
  }
  for (const { source, set } of claims) {
    const isBelow = source.path.endsWith("/*");
    add(
      isOwnSet(set) ? `source-${source.name}` : set.name,
      set,
      isBelow ? source.path.slice(0, -2) || "/" : source.path,
      isBelow,
    );
  }
  return [...all.values()];
}
