/**
 * What a DB instance class of RDS for PostgreSQL has, by families that are in common use. Pure.
 * Source: RDS User Guide, hardware specifications for DB instance classes.
 */
import * as limits from "./database-limits";

export interface InstanceClass {
  readonly vcpus: number;
  readonly memoryGib: number;
}

export const INSTANCE_CLASSES_SOURCE = "RDS User Guide, hardware specifications for DB instance classes";

/** GiB by size; all have two vCPUs up to large. */
const BURSTABLE: Readonly<Record<string, InstanceClass>> = {
  micro: { vcpus: 2, memoryGib: 1 },
  small: { vcpus: 2, memoryGib: 2 },
  medium: { vcpus: 2, memoryGib: 4 },
  large: { vcpus: 2, memoryGib: 8 },
  xlarge: { vcpus: 4, memoryGib: 16 },
  "2xlarge": { vcpus: 8, memoryGib: 32 },
};

/** GiB per vCPU, and the vCPUs of each size beside large (2), xlarge (4) and 2xlarge, 4xlarge and 8xlarge. */
const GENERAL = 4;
const MEMORY = 8;
const MORE_MEMORY = 16;
const FAMILIES: Readonly<Record<string, readonly [gibPerVcpu: number, ...largerSizes: number[]]>> = {
  m5: [GENERAL, 12, 16, 24],
  m6g: [GENERAL, 12, 16],
  m6i: [GENERAL, 12, 16, 24, 32],
  m7g: [GENERAL, 12, 16],
  m7i: [GENERAL, 12, 16, 24, 48],
  m8g: [GENERAL, 12, 16, 24, 48],
  r5: [MEMORY, 12, 16, 24],
  r6g: [MEMORY, 12, 16],
  r6i: [MEMORY, 12, 16, 24, 32],
  r7g: [MEMORY, 12, 16],
  r7i: [MEMORY, 12, 16, 24, 48],
  r8g: [MEMORY, 12, 16, 24, 48],
  x2g: [MORE_MEMORY, 12, 16],
};

/** @returns what the class has, such as of "db.t4g.micro"; undefined where the table does not have it */
export function instanceClass(name: string): InstanceClass | undefined {
  const [prefix, family = "", size = "", ...more] = name.split(".");
  if (prefix !== "db" || more.length > 0) return undefined;
  if (family === "t3" || family === "t4g") return Object.hasOwn(BURSTABLE, size) ? BURSTABLE[size] : undefined;
  if (!Object.hasOwn(FAMILIES, family)) return undefined;
  const [gibPerVcpu = 0, ...larger] = FAMILIES[family] ?? [];
  const vcpus = new Map([["large", 2], ["xlarge", 4], ...[2, 4, 8, ...larger].map((n) => sized(n))]).get(size);
  return vcpus === undefined ? undefined : { vcpus, memoryGib: vcpus * gibPerVcpu };
}

/** Such as ["12xlarge", 48]. */
const sized = (times: number): [string, number] => [`${times}xlarge`, times * 4];

/**
 * Most connections that RDS gives a server with so much memory by itself. What it counts as DBInstanceClassMemory is
 * less than the class's, so its own default is lower: of 1 GiB about 81 instead of 112.
 */
export function connectionsByMemory(memoryGib: number): number {
  const { divisorBytes, most } = limits.CONNECTION_MEMORY;
  return Math.min(most, Math.floor((memoryGib * 2 ** 30) / divisorBytes));
}
