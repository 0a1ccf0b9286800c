/** Which settings go with which ingress. Pure. */
import type { BrokenRule } from "./errors";
import type { Settings } from "./settings";

/** A section that has no effect is a mistake: whoever wrote it expects one. */
const WITHOUT_EFFECT = {
  direct: {
    section: "publisher",
    rule: "there is no publisher: API Gateway writes to the queue itself",
    remedy: 'Remove it, or set ingress to "lambda".',
  },
  lambda: {
    section: "senders",
    rule: "it chooses the headers that travel, and the publisher sends all of them",
    remedy: 'Remove it, or set ingress to "direct".',
  },
} as const satisfies Record<Settings["ingress"], { section: keyof Settings; rule: string; remedy: string }>;

export function ingressRules({ ingress }: Settings, given: ReadonlySet<string>): BrokenRule[] {
  const { section, rule, remedy } = WITHOUT_EFFECT[ingress];
  if (!given.has(section)) return [];
  return [
    {
      path: section,
      involves: [section, "ingress"],
      value: `given with ingress "${ingress}"`,
      rule,
      source: "stacks/settings.ts",
      remedy,
      code: "INGRESS_MISMATCH",
    },
  ];
}
