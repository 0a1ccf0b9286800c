/**
 * Our own queue against fauxqs, an SQS emulator by others: the same behaviour of both through the AWS SDK. Where fauxqs
 * answers otherwise, the row says what it does and where AWS documents what ours does.
 */
import { BATCHES } from "./queue-contract/batches";
import type { Behaviour } from "./queue-contract/behaviour";
import { HOLDING } from "./queue-contract/holding";
import { QUEUES } from "./queue-contract/queues";
import { RECEIVING } from "./queue-contract/receiving";
import { SENDING } from "./queue-contract/sending";
import { fauxqsSide, ownSide } from "./queue-contract/sides";

const own = ownSide();
let fauxqs: Awaited<ReturnType<typeof fauxqsSide>>;
beforeAll(async () => {
  fauxqs = await fauxqsSide();
});
afterAll(async () => {
  await fauxqs.stop();
  await own.stop();
});

describe.each([
  ["sending", SENDING],
  ["receiving", RECEIVING],
  ["holding a message", HOLDING],
  ["batches", BATCHES],
  ["queues", QUEUES],
])("%s: the queue", (_, behaviours) => {
  for (const behaviour of behaviours) {
    const { of, seen, otherwise, waits } = behaviour;
    const name = otherwise === undefined ? of : `${of}, unlike fauxqs (${otherwise.source})`;
    (waits ? test.concurrent : test)(name, async () => {
      const [ours, theirs] = await seeBoth(behaviour);
      expect({ ours, theirs }).toEqual({ ours: seen, theirs: otherwise === undefined ? seen : otherwise.fauxqs });
    });
  }
});

const seeBoth = ({ settings = {}, see }: Behaviour) =>
  Promise.all([own, fauxqs].map(async (side) => see(await side.queue(settings))));
