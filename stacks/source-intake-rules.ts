/** What a source needs of the way its requests come: some of it a function in front of the queue only has. Pure. */
import { pathsOverlap, type SchemeName, type Source } from "../functions/environment";
import { messageAttributes } from "./direct-message";
import type { BrokenRule } from "./errors";
import { DEFAULT_SET } from "./header-sets";
import * as limits from "./limits";
import type { Settings } from "./settings";
import { neededHeaders, ownSets, sourceSet } from "./source-headers";
import { sourcesBytes, sourcesRoom } from "./source-variables";

/** @param given the sections that stand in environments.ts */
export function intakeRules(settings: Settings, sources: readonly Source[], given: ReadonlySet<string>): BrokenRule[] {
  return [
    ...sizeRules(settings, sources),
    ...(settings.ingress === "lambda"
      ? []
      : [
          ...sources.flatMap(publisherRules),
          ...sources.flatMap(headerRules),
          ...sources.flatMap(lengthRules),
          ...(given.has("senders") ? sources.flatMap((source) => senderRules(source, settings)) : []),
          ...vpcRules(settings, sources),
        ]),
  ];
}

const HANDSHAKE =
  "the sender first asks a question at the URL and waits for the right answer, which a queue does not give";
const WHOLE_URL = "the sender signs the whole URL, and the query does not travel with a message";
const SECRET_IN_PLAIN =
  "the token is the whole proof: it would lie on the queue and in records, for everybody who reads them";

/** Why a scheme needs the publisher. Sources: each sender's own documentation; decision 0003. */
const NEEDS_PUBLISHER: Partial<Readonly<Record<SchemeName, string>>> = {
  slack: HANDSHAKE,
  zoom: HANDSHAKE,
  discord: HANDSHAKE,
  twilio: WHOLE_URL,
  square: WHOLE_URL,
  "shared-token": SECRET_IN_PLAIN,
  "basic-auth": `API Gateway maps no Authorization header; and ${SECRET_IN_PLAIN}`,
};

function publisherRules({ name, signature }: Source): BrokenRule[] {
  const signsUrl = signature.scheme === "hmac" && (signature.signed ?? []).includes("url");
  const why = signsUrl ? WHOLE_URL : NEEDS_PUBLISHER[signature.scheme];
  if (why === undefined) return [];
  const path = `sources.${name}.signature`;
  return [needsLambda(path, `the scheme "${signature.scheme}" with ingress "direct"`, why)];
}

/**
 * Headers that API Gateway does not map (API Gateway Developer Guide, parameter mapping for HTTP APIs, reserved headers).
 */
const RESERVED =
  /^(?:access-control-.*|apigw-.*|authorization|connection|content-encoding|content-length|content-location|forwarded|keep-alive|origin|proxy-authenticate|proxy-authorization|te|trailers|transfer-encoding|upgrade|x-amz-.*|x-amzn-.*|x-forwarded-(?:for|host|proto)|via)$/;

/** Each setting's headers have to travel. */
function headerRules(source: Source): BrokenRule[] {
  if (NEEDS_PUBLISHER[source.signature.scheme] !== undefined) return [];
  const set = sourceSet(source);
  return neededHeaders(source).flatMap(({ header, setting }): BrokenRule[] => {
    const path = `sources.${source.name}.${setting}`;
    const value = `about the header ${header}`;
    if (RESERVED.test(header)) {
      return [
        needsLambda(path, `${value}, with ingress "direct"`, "API Gateway reserves it and maps it to no message"),
      ];
    }
    if (set.headers.includes(header)) return [];
    return [
      {
        path,
        involves: [path, `sources.${source.name}.signature`, "ingress"],
        value,
        rule: `with ingress "direct" the scheme "${set.name}" has only ${set.headers.join(", ")} travel`,
        source: "stacks/header-sets.ts",
        remedy: 'Choose one of these, or a place in the body (jsonPointer), or set ingress to "lambda".',
        code: "HEADER_NOT_CARRIED",
      },
    ];
  });
}

function needsLambda(path: string, value: string, rule: string): BrokenRule {
  return {
    path,
    involves: [path, "ingress"],
    value,
    rule,
    source: "docs/choosing-an-ingress.md; docs/decisions/0003-the-direct-message.md",
    remedy: 'Set ingress to "lambda": the publisher verifies and answers before anything is on the queue.',
    code: "SOURCE_NEEDS_LAMBDA",
  };
}

function lengthRules(source: Source): BrokenRule[] {
  const { value: most, source: limit } = limits.REQUEST_PARAMETER_CHARACTERS;
  return ownSets([source]).flatMap((set): BrokenRule[] => {
    const length = messageAttributes(set).length;
    if (length <= most) return [];
    return [
      {
        path: `sources.${source.name}`,
        involves: [`sources.${source.name}`, "ingress"],
        value: `about the headers ${set.headers.join(", ")}`,
        rule: `to map them takes ${length} characters, and API Gateway takes ${most}`,
        source: limit,
        remedy: 'Name fewer headers, give the source a shorter name, or set ingress to "lambda".',
        code: "HEADERS_TOO_LONG",
      },
    ];
  });
}

/** Two headings for one path: only the sender's headers would travel, and the source's signature be missing. */
function senderRules(source: Source, { senders }: Settings): BrokenRule[] {
  const set = sourceSet(source);
  return Object.entries(senders)
    .filter(([path, sender]) => sender !== set.name && pathsOverlap(source.path, path))
    .map(([path, sender]) => ({
      path: `senders.${path}`,
      involves: ["senders", `sources.${source.name}`],
      value: JSON.stringify(sender),
      rule: `the source "${source.name}" has that path, and its requests need ${set.name === DEFAULT_SET ? "no sender's headers" : `the headers of ${set.name}`}`,
      source: "stacks/direct-routes.ts",
      remedy: "Remove the path from senders: a source's headers travel by themselves.",
      code: "SENDER_OF_SOURCE" as const,
    }));
}

/** Without a way to the secrets, the consumer could only hold every event back. */
function vpcRules({ postgresSink }: Settings, sources: readonly Source[]): BrokenRule[] {
  if (postgresSink === undefined) return [];
  return sources
    .filter(({ signature }) => signature.scheme !== "none")
    .map(({ name, signature }) => ({
      path: `sources.${name}.signature`,
      involves: [`sources.${name}.signature`, "ingress", "postgresSink"],
      value: `the scheme "${signature.scheme}" with ingress "direct" and a postgresSink`,
      rule: "its consumer would verify, inside a VPC that has no way to Parameter Store or Secrets Manager; an interface endpoint costs around 7 USD a month, zone and store",
      source: "AWS PrivateLink pricing; docs/decisions/0007-the-postgresql-sink.md",
      remedy:
        'Set ingress to "lambda", whose publisher verifies outside the VPC, or give the sink an environment of its own.',
      code: "SIGNATURES_IN_VPC" as const,
    }));
}

function sizeRules(settings: Settings, sources: readonly Source[]): BrokenRule[] {
  if (sources.length === 0) return [];
  const bytes = sourcesBytes(sources);
  const room = sourcesRoom(settings, sources);
  if (bytes <= room) return [];
  const { value: most, source } = limits.FUNCTION_ENVIRONMENT_BYTES;
  return [
    {
      path: "sources",
      involves: ["sources", "allowedCidrs", "ingress"],
      value: `${sources.length} sources of ${bytes} bytes together`,
      rule: `a function has ${most} bytes of environment variables, and beside its others ${room} are left for them`,
      source,
      remedy: "Make types, allowedCidrs and names shorter, or give some of the sources an environment of their own.",
      code: "SOURCES_TOO_LARGE",
    },
  ];
}
