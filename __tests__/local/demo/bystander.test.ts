/** The bystander and the sampling of connections, on a real PostgreSQL. */
import { Client } from "pg";
import { LocalDatabase } from "../../../local/database";
import { DatabaseAddress } from "../../../local/database-front";
import { BYSTANDER_CLIENTS, Bystander } from "../../../local/demo/bystander";
import { ConnectionSampler } from "../../../local/demo/connections";
import { until } from "../until";

jest.setTimeout(60_000);

const SETTINGS = {
  resource: "aws_db_instance.database",
  name: "webhook",
  administrator: "webhook_administrator",
  resourceId: "db-TEST",
  secretArn: undefined,
  maxConnections: 12,
  forcesTls: true,
  parameters: {},
  port: 5432,
  securityGroupIds: [],
  engineVersion: "17",
};

let database: LocalDatabase;
let bystander: Bystander;
beforeEach(async () => {
  database = await LocalDatabase.start(SETTINGS, await DatabaseAddress.listen());
  database.open(() => false);
  const { host, port } = database.address;
  const address = { host, port, database: "webhook", ssl: { ca: database.certificate.cert } };
  bystander = await Bystander.start(database.connection, address);
});
afterEach(async () => {
  await bystander.stop();
  await database.stop();
});

test("a database with room answers the bystander; one that is full refuses it, and answers again when there is room", async () => {
  await until(() => bystander.experience.queries >= 2 * BYSTANDER_CLIENTS);
  expect(bystander.experience).toMatchObject({ refused: 0, failures: [] });

  const greedy = await hold(SETTINGS.maxConnections);
  await until(() => bystander.experience.refused >= BYSTANDER_CLIENTS);
  const before = bystander.experience.queries;
  await Promise.all(greedy.map((client) => client.end()));
  await until(() => bystander.experience.queries >= before + 2 * BYSTANDER_CLIENTS);
  const { queries, latenciesMs, failures } = bystander.experience;
  expect({ latencies: latenciesMs.length, failures }).toEqual({ latencies: queries, failures: [] });
});

test("connections are counted as the server lists them, those of one user apart", async () => {
  await bystander.stop();
  const sampler = await ConnectionSampler.start(database.connection, "rdsadmin", { began: performance.now() });
  const held = await hold(5);
  await until(() => sampler.samples.at(-1)?.consumer === 5);
  expect(sampler.samples.at(-1)).toMatchObject({ consumer: 5, all: 5 });
  await Promise.all(held.map((client) => client.end()));
  await until(() => sampler.samples.at(-1)?.all === 0);
  await sampler.stop();
});

/** Opens connections until there are so many, or no room is left for more. */
async function hold(count: number): Promise<readonly Client[]> {
  const clients: Client[] = [];
  while (clients.length < count) {
    const client = new Client(database.connection);
    try {
      await client.connect();
    } catch {
      return clients;
    }
    clients.push(client);
  }
  return clients;
}
