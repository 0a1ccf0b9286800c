/** The reserved concurrency of every function of an environment's stacks. Pure. */
import * as limits from "./database-limits";
import type { Settings } from "./settings";

export interface Reservation {
  /** The setting, or the section that brings it. */
  readonly path: string;
  /** Invocations that each of the functions reserves. */
  readonly reserved: number;
  /** Functions with this reservation: each stack has a publisher of its own. */
  readonly functions: number;
  /** What is told of it: as the subject of a sentence's "is", and in a list. */
  readonly value: string;
  readonly listed: string;
  /** Whether a setting can lower it. */
  readonly isSetting: boolean;
}

/** In the order in which the settings usually stand. */
export function reservationsOf({ consumer, publisher, postgresSink: sink }: Settings): Reservation[] {
  return [
    ...setting("consumer.reservedConcurrency", consumer.reservedConcurrency, 1),
    ...setting("publisher.reservedConcurrency", publisher.reservedConcurrency, sink === undefined ? 1 : 2),
    ...(sink === undefined
      ? []
      : [...setting("postgresSink.consumer.reservedConcurrency", sink.consumer.reservedConcurrency, 1), RETENTION_JOB]),
  ];
}

const { value: JOBS } = limits.RETENTION_RESERVED_CONCURRENCY;

const RETENTION_JOB: Reservation = {
  path: "postgresSink",
  reserved: JOBS,
  functions: 1,
  value: `given, and its retention job reserves ${JOBS}`,
  listed: `${JOBS} of postgresSink's retention job`,
  isSetting: false,
};

function setting(path: string, reserved: number | undefined, functions: number): Reservation[] {
  if (reserved === undefined) return [];
  const value = functions === 1 ? `${reserved}` : `${reserved} in each of ${functions} stacks`;
  return [{ path, reserved, functions, value, listed: `${path} ${value}`, isSetting: true }];
}
