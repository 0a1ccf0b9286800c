/** What becomes of the connection that an execution environment keeps: ended, silent, refused. */

import { DATABASE_USERS } from "../../../functions/environment";
import { SinkUnavailable } from "../../../functions/stores/event-store";
import { patientSignal, webhookEvent } from "../factories";
import { STARTS_WITHIN_MS } from "../postgres-server";
import { DATABASE, type PostgresSink, startPostgresSink } from "./postgres-sink";
import { type SilentNetwork, startSilentNetwork } from "./silent-network";

const STORED = [{ kind: "stored", already: false }];
const MINUTE_MS = 60_000;

let sink: PostgresSink;
let network: SilentNetwork | undefined;
beforeAll(async () => {
  sink = await startPostgresSink();
}, STARTS_WITHIN_MS);
afterEach(async () => {
  await network?.stop();
  network = undefined;
  await sink.reset();
});
afterAll(() => sink?.stop());

let events = 0;
const event = () => webhookEvent({ eventId: `e${++events}` });
const faultOf = (work: Promise<unknown>) => work.then(() => undefined).catch((fault: unknown) => fault);

const ofConsumer = `FROM pg_stat_activity WHERE usename = '${DATABASE_USERS.consumer}'`;
const connections = async () => (await sink.sql(`SELECT pid ${ofConsumer}`)).map(({ pid }) => pid);
const endAll = () => sink.sql(`SELECT pg_terminate_backend(pid, 5000) ${ofConsumer}`);
const waiting = async () => (await sink.sql(`SELECT pid ${ofConsumer} AND wait_event_type = 'Lock'`)).length;
const insertKey = (key: string) =>
  `INSERT INTO webhook.events (key, state, message_id, received_at) VALUES ('${key}', 'stored', 'other', now())`;
const until = async (isSo: () => Promise<boolean>) => {
  while (!(await isSo())) await new Promise(setImmediate);
};

test("nothing is opened before the first event, and then one connection for all invocations", async () => {
  const store = sink.store();
  expect(await connections()).toEqual([]);
  const invocation = patientSignal();
  await Promise.all([store.put([event()], invocation), store.put([event()], invocation)]);
  const first = await connections();
  await store.put([event()], patientSignal());
  expect(first).toHaveLength(1);
  expect(await connections()).toEqual(first);
});

test("a connection that an administrator ended between two invocations is opened again within the next one", async () => {
  const store = sink.store();
  await store.put([event()], patientSignal());
  await endAll();
  expect(await store.put([event()], patientSignal())).toEqual(STORED);
  expect(await connections()).toHaveLength(1);
});

test("a session that the server ended for idling is opened again within the next invocation", async () => {
  await sink.sql(`ALTER ROLE ${DATABASE_USERS.consumer} SET idle_session_timeout = '20ms'`);
  try {
    const store = sink.store();
    await store.put([event()], patientSignal());
    await until(async () => (await connections()).length === 0);
    expect(await store.put([event()], patientSignal())).toEqual(STORED);
  } finally {
    await sink.sql(`ALTER ROLE ${DATABASE_USERS.consumer} RESET idle_session_timeout`);
  }
});

test("a server that was restarted between two invocations costs nothing", async () => {
  const store = sink.store();
  await store.put([event()], patientSignal());
  await sink.server.interrupt();
  await sink.server.resume();
  expect(await store.put([event()], patientSignal())).toEqual(STORED);
});

test("a connection that is ended in the invocation that opened it is not opened again: something is wrong", async () => {
  const store = sink.store();
  const invocation = patientSignal();
  await store.put([event()], invocation);
  await endAll();
  expect(await faultOf(store.put([event()], invocation))).toBeInstanceOf(SinkUnavailable);
  expect(await connections()).toEqual([]);
  expect(await store.put([event()], patientSignal())).toEqual(STORED);
});

test("a statement that had run when its connection broke is known again: nothing is stored twice", async () => {
  network = await startSilentNetwork(sink.server);
  const store = sink.store({ login: { port: network.port } });
  await store.put([event()], patientSignal());
  network.loseNextAnswer();
  expect(await store.put([webhookEvent()], patientSignal())).toEqual([{ kind: "stored", already: true }]);
  expect(await sink.rows()).toHaveLength(2);
});

test("after a while of idling, a connection that died silently is found out and replaced", async () => {
  network = await startSilentNetwork(sink.server);
  let now = 0;
  const store = sink.store({ login: { port: network.port }, now: () => now });
  await store.put([event()], patientSignal());
  network.silenceOpen();
  now += MINUTE_MS;
  expect(await store.put([event()], patientSignal())).toEqual(STORED);
});

test("a connection that lives is kept after a while of idling", async () => {
  let now = 0;
  const store = sink.store({ now: () => now });
  await store.put([event()], patientSignal());
  const before = await connections();
  now += MINUTE_MS;
  await store.put([event()], patientSignal());
  expect(await connections()).toEqual(before);
});

test("a statement that is held up is ended at the signal, and nothing of it is stored", async () => {
  const store = sink.store();
  await store.put([event()], patientSignal());
  const locker = await sink.server.client({ database: DATABASE });
  await locker.query("BEGIN; LOCK TABLE webhook.events");
  const stop = new AbortController();
  const work = faultOf(store.put([event()], stop.signal));
  await until(async () => (await waiting()) === 1);
  stop.abort();
  expect(await work).toEqual(
    new Error(
      [
        'The database "webhook" does not take events: the invocation\'s time ran out',
        "  The batch goes back to the queue and comes again after its visibility timeout; nothing is lost.",
        "  Look at what holds the database up (Performance Insights, locks), and lower the maximum concurrency.  [SINK_UNAVAILABLE]",
      ].join("\n"),
    ),
  );
  await endAll();
  await locker.query("ROLLBACK");
  await locker.end();
  expect(await sink.rows()).toHaveLength(1);
  expect(await store.put([event()], patientSignal())).toEqual(STORED);
});

test("a log-in that is never answered is ended at the signal", async () => {
  network = await startSilentNetwork(sink.server);
  network.silenceNew();
  const stop = new AbortController();
  const work = faultOf(sink.store({ login: { port: network.port } }).put([event()], stop.signal));
  await network.someoneConnected();
  stop.abort();
  expect(await work).toBeInstanceOf(SinkUnavailable);
});

test("an invocation whose time has run out begins nothing", async () => {
  const fault = await faultOf(sink.store().put([event()], AbortSignal.abort()));
  expect(fault).toBeInstanceOf(SinkUnavailable);
  expect(await connections()).toEqual([]);
});

test("environments that store the same events in other orders wait for one another, and never in a circle", async () => {
  const keys = ["a", "b", "c", "d", "e"];
  const same = keys.map((eventId) => webhookEvent({ eventId }));
  const stores = [sink.store(), sink.store()];
  for (const store of stores) await store.put([event()], patientSignal());
  // Holds both up in the middle of their statements.
  const other = await sink.server.client({ database: DATABASE });
  await other.query("BEGIN");
  await other.query(insertKey("github#c"));
  const work = stores.map((store, at) => store.put(at === 0 ? same : [...same].reverse(), patientSignal()));
  await until(async () => (await waiting()) === 2);
  await other.query("ROLLBACK");
  await other.end();
  const outcomes = (await Promise.all(work)).flat();
  // A session reports its deadlocks when it ends.
  await sink.reset();
  await until(async () => (await connections()).length === 0);

  expect(await sink.sql("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")).toEqual([
    { deadlocks: "0" },
  ]);
  expect(outcomes.filter((outcome) => outcome.kind === "stored" && !outcome.already)).toHaveLength(keys.length);
});

test("a statement that was undone for another transaction is tried once more", async () => {
  await sink.sql(`ALTER ROLE ${DATABASE_USERS.consumer} SET default_transaction_isolation = 'repeatable read'`);
  try {
    const other = await sink.server.client({ database: DATABASE });
    await other.query("BEGIN");
    await other.query(insertKey("github#delivery-1"));
    const work = sink.store().put([webhookEvent()], patientSignal());
    await until(async () => (await waiting()) === 1);
    await other.query("COMMIT");
    await other.end();
    expect(await work).toEqual([{ kind: "conflict" }]);
  } finally {
    await sink.sql(`ALTER ROLE ${DATABASE_USERS.consumer} RESET default_transaction_isolation`);
  }
});
