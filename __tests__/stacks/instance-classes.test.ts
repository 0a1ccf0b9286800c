import { connectionsByMemory, instanceClass } from "../../stacks/capacity";

test.each([
  ["db.t3.micro", 2, 1],
  ["db.t4g.medium", 2, 4],
  ["db.t4g.2xlarge", 8, 32],
  ["db.m5.24xlarge", 96, 384],
  ["db.m6g.large", 2, 8],
  ["db.m6i.32xlarge", 128, 512],
  ["db.m7g.4xlarge", 16, 64],
  ["db.m8g.48xlarge", 192, 768],
  ["db.r6g.xlarge", 4, 32],
  ["db.r7i.48xlarge", 192, 1_536],
  ["db.r8g.8xlarge", 32, 256],
  ["db.x2g.16xlarge", 64, 1_024],
])("%s has %i vCPUs and %i GiB", (name, vcpus, memoryGib) => {
  expect(instanceClass(name)).toEqual({ vcpus, memoryGib });
});

test.each([
  ["a size that the family does not have", "db.m7g.24xlarge"],
  ["a size that its processors do not come in", "db.t4g.4xlarge"],
  ["a family that is not in the table", "db.z1d.large"],
  ["an EC2 type", "m7g.large"],
  ["a class with an option", "db.r5.large.tpc1"],
  ["a name of JavaScript's own", "db.constructor.large"],
  ["a size of JavaScript's own", "db.t3.toString"],
])("%s is not known: %s", (_, name) => {
  expect(instanceClass(name)).toBeUndefined();
});

test.each([
  { memoryGib: 1, seen: 81, most: 112 },
  { memoryGib: 2, seen: 198, most: 225 },
  { memoryGib: 4, seen: 413, most: 450 },
  { memoryGib: 8, seen: 856, most: 901 },
  { memoryGib: 64, seen: 5_000, most: 5_000 },
])("$memoryGib GiB are memory for $most connections, and for the $seen that RDS gives", ({ memoryGib, seen, most }) => {
  expect(connectionsByMemory(memoryGib)).toBe(most);
  expect(seen).toBeLessThanOrEqual(connectionsByMemory(memoryGib));
});
