/** The rules between a source's settings, and between sources. Pure. */
import { pathsOverlap, type Source } from "../functions/environment";
import type { BrokenRule } from "./errors";
import type { Settings } from "./settings";
import { intakeRules } from "./source-intake-rules";
import { sourcesOf } from "./sources";

/** @param given the sections that stand in environments.ts */
export function sourceRules(settings: Settings, given: ReadonlySet<string>): BrokenRule[] {
  const sources = sourcesOf(settings);
  return [
    ...overlapRules(sources),
    ...sources.flatMap(secretRules),
    ...sources.flatMap((source) => regionRules(source, settings.region)),
    ...sources.flatMap(timestampRules),
    ...sources.flatMap(urlRules),
    ...unmatchedRules(settings, sources),
    ...intakeRules(settings, sources, given),
  ];
}

function overlapRules(sources: readonly Source[]): BrokenRule[] {
  return sources.flatMap((source, i) =>
    sources
      .slice(0, i)
      .filter((other) => pathsOverlap(source.path, other.path))
      .map((other) => ({
        path: `sources.${source.name}.path`,
        involves: [`sources.${source.name}.path`, `sources.${other.name}.path`],
        value: JSON.stringify(source.path),
        rule: `the source "${other.name}" has ${JSON.stringify(other.path)}, and a request to both would have two signatures to be checked by and two names`,
        source: "functions/event/source.ts",
        remedy: "Give each source a path of its own; a sender with two secrets is one source.",
        code: "SOURCES_OVERLAP" as const,
      })),
  );
}

function secretRules({ name, signature: { scheme, secretNames } }: Source): BrokenRule[] {
  if ((scheme === "none") === (secretNames.length === 0)) return [];
  const path = `sources.${name}.signature`;
  const isNone = scheme === "none";
  return [
    {
      path: `${path}.secrets`,
      involves: [path],
      value: isNone ? `given with the scheme "none"` : `missing or empty`,
      rule: isNone
        ? "nothing is checked with them, and whoever reads it thinks that something is"
        : `the scheme "${scheme}" checks a signature, which only who has the secret can`,
      source: "stacks/signature-settings.ts",
      remedy: isNone
        ? "Remove them, or name the scheme."
        : 'Name where the secret is, such as ["ssm:/webhook/dev/github"]; or the scheme "none", to take from anybody.',
      code: "SOURCE_SECRETS",
    },
  ];
}

const SECRET_ARN = /^(?:ssm|secretsmanager):arn:[^:]+:[^:]+:([^:]+):/;

function regionRules({ name, signature }: Source, region: string): BrokenRule[] {
  return signature.secretNames.flatMap((secretName): BrokenRule[] => {
    const secretRegion = SECRET_ARN.exec(secretName)?.[1] ?? region;
    if (secretRegion === region) return [];
    const path = `sources.${name}.signature.secrets`;
    return [
      {
        path,
        involves: [path, "region"],
        value: `given ${JSON.stringify(secretName)}`,
        rule: `it is of ${secretRegion}, and the functions, which read it there, are in ${region}`,
        source: "SSM API, GetParameter; Secrets Manager API, GetSecretValue",
        remedy: `Keep the secret in ${region}: Secrets Manager can replicate it there.`,
        code: "SECRET_REGION",
      },
    ];
  });
}

/** A time that nobody has signed says nothing: a captured request is sent again with a new one. */
function timestampRules({ name, signature }: Source): BrokenRule[] {
  if (signature.scheme !== "hmac") return [];
  const { timestamp, signed = ["body"], toleranceSeconds } = signature;
  const path = `sources.${name}.signature`;
  if (timestamp === undefined) {
    if (toleranceSeconds === undefined) return [];
    return [
      {
        path: `${path}.toleranceSeconds`,
        involves: [path],
        value: `${toleranceSeconds} without a timestamp`,
        rule: "no age is checked where the settings do not say where the time of signing is",
        source: "functions/event/signatures/hmac.ts",
        remedy: "Add timestamp, with its header and unit, or remove it.",
        code: "TIMESTAMP_UNSIGNED",
      },
    ];
  }
  const header = timestamp.header.toLowerCase();
  const isSigned = signed.some(
    (part) => typeof part === "object" && "header" in part && part.header.toLowerCase() === header,
  );
  if (isSigned) return [];
  return [
    {
      path: `${path}.timestamp`,
      involves: [path],
      value: `the header ${timestamp.header}, which is not signed`,
      rule: "who captured a request could send it again with a new time, so its age would say nothing",
      source: "functions/event/signatures/hmac.ts",
      remedy: `Add { header: ${JSON.stringify(timestamp.header)} } to signed where the sender signs it, or remove timestamp.`,
      code: "TIMESTAMP_UNSIGNED",
    },
  ];
}

function urlRules({ name, signature }: Source): BrokenRule[] {
  if (signature.scheme !== "hmac") return [];
  const isSigned = (signature.signed ?? []).includes("url");
  if (isSigned === (signature.publicUrl !== undefined)) return [];
  const path = `sources.${name}.signature`;
  return [
    {
      path: `${path}.publicUrl`,
      involves: [path],
      value: isSigned ? "missing" : `given where "url" is not among the signed parts`,
      rule: isSigned
        ? "the sender signs the URL that it was given, which no request says in full"
        : "nothing is checked with it",
      source: "functions/event/signatures/hmac.ts",
      remedy: isSigned ? "Set it to that URL, up to the source's path." : 'Remove it, or add "url" to signed.',
      code: "PUBLIC_URL",
    },
  ];
}

function unmatchedRules({ unmatched }: Settings, sources: readonly Source[]): BrokenRule[] {
  if (unmatched === "accept" || sources.length > 0) return [];
  return [
    {
      path: "unmatched",
      involves: ["unmatched", "sources"],
      value: '"reject" without sources',
      rule: "no request would be taken, whatever its path",
      source: "stacks/settings.ts",
      remedy: 'Add sources, or set it to "accept".',
      code: "UNMATCHED_REJECTS_ALL",
    },
  ];
}
