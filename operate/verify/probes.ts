import { BODY_PROBES } from "./body-probes";
import { HEADER_PROBES } from "./header-probes";
import type { Probe } from "./probe";
import { ROUTE_PROBES } from "./route-probes";

/** In the order in which they are sent. The first is an ordinary webhook: its answer tells the ingress. */
export const PROBES: readonly [Probe, ...Probe[]] = [
  ...(BODY_PROBES as [Probe, ...Probe[]]),
  ...HEADER_PROBES,
  ...ROUTE_PROBES,
];
