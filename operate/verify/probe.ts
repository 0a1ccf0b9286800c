import type { Belief, Beliefs } from "./beliefs";
import { ABSENT, BODY, header, METHOD, NOTHING, type Observation, PATH, RECORD, SENDER, STORED } from "./observation";

export const INGRESSES = ["direct", "lambda"] as const;
export type Ingress = (typeof INGRESSES)[number];

/** One question to AWS: a request, and what each ingress is assumed to make of it. */
export interface Probe {
  /** Also the path of its request, below the path of the run, unless that says otherwise. */
  readonly id: string;
  /** What is probed, for a person. */
  readonly asks: string;
  readonly request: ProbeRequest;
  readonly expected: Readonly<Record<Ingress, Expected>>;
}

export interface ProbeRequest {
  readonly method: string;
  /** As it goes onto the wire, below the path of the run; with a query if it has one. */
  readonly path?: string;
  /** On top of those that every probe sends; undefined leaves one of these out, several values are several lines. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Absent: none at all. */
  readonly body?: Uint8Array;
}

export interface Expected {
  /** The rows of the table that it rests on. None: on what is documented, or on this project's own code. */
  readonly rests: readonly Belief[];
  readonly under: (beliefs: Beliefs) => Observation;
}

/** What an observation says of a stored event, by what it is asked for. */
interface Stored {
  readonly method?: string;
  /** Below the path of the run, which is shown as "…". */
  readonly path?: string;
  readonly query?: string;
  /** As `describeBody` puts it. */
  readonly body?: string;
  /** By name; undefined: absent. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

export const ACCEPTED: Readonly<Record<Ingress, string>> = {
  direct: "200, SQS's XML with a message id",
  lambda: "202, JSON with an event id",
};

/** @param sees what the sender sees, if it is not the usual answer of the ingress */
export function stored(ingress: Ingress, facts: Stored = {}, sees: string = ACCEPTED[ingress]): Observation {
  const { method, path, query, body, headers = {} } = facts;
  return {
    [SENDER]: sees,
    [RECORD]: STORED,
    ...(method === undefined ? {} : { [METHOD]: method }),
    ...(path === undefined ? {} : { [PATH]: `…${path}` }),
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { [BODY]: body }),
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [header(name), value ?? ABSENT])),
  };
}

/** Taken by the queue, but not as an event: the consumer has seen through it. */
export function rejected(ingress: Ingress, reason: string): Observation {
  return { [SENDER]: ACCEPTED[ingress], [RECORD]: rejectedRecord(reason) };
}
export const rejectedRecord = (reason: string): string => `a rejected record, ${reason}`;

/** API Gateway could not make a message of it. */
export function mappingRefused({ refusedMapping }: Beliefs): Observation {
  return refusedByApi(refusedMapping);
}

/** @param code SQS's own */
export function refusedBySqs({ sqsRefusal }: Beliefs, code: string): Observation {
  if (sqsRefusal !== "passed-on") return refusedByApi(sqsRefusal);
  return { [SENDER]: `400, SQS's XML: ${code}`, [RECORD]: NOTHING };
}

/** @param status with its reason */
export function refusedByApi(status: string): Observation {
  return { [SENDER]: status.replace(" ", ", JSON: "), [RECORD]: NOTHING };
}
