import { demoWorkload, githubDeliveries } from "../../../local/demo/workload";

const idsOf = (events: ReturnType<typeof githubDeliveries>) => events.map(({ deliveryId }) => deliveryId);

test("more events than there are examples are the examples again, under new delivery ids", () => {
  const events = githubDeliveries(1_000);
  expect(events).toHaveLength(1_000);
  expect(new Set(idsOf(events)).size).toBe(1_000);
  expect(events[329]?.body).toEqual(events[0]?.body);
  expect(idsOf(events.slice(0, 329))).toEqual(idsOf(githubDeliveries()));
});

test.each([
  [undefined, { event: 329, retry: 33 }],
  [5_000, { event: 5_000, retry: 500 }],
  [10, { event: 10, retry: 1 }],
])("a workload of %s events has every tenth again, and each of what goes wrong", (count, expected) => {
  const purposes: Record<string, number> = {};
  for (const { purpose } of demoWorkload(count)) purposes[purpose] = (purposes[purpose] ?? 0) + 1;
  expect(purposes).toEqual({ ...expected, hello: 5, conflict: 1, unstorable: 1, forged: 1, crash: 1 });
});
