/**
 * The table's server ended connections that had been idle for five seconds. A call that took one at that moment was cut,
 * which nobody caught: it ended the whole local run, or failed whatever test was running on a busy machine.
 */
import type { Server } from "node:http";
import { TableService } from "../../local/table";
import { stack } from "../local/played-stack";
import { templateOf } from "../local/written-stack";

const mockServers: Server[] = [];
jest.mock("dynalite", () => {
  const actual = jest.requireActual<(options: object) => Server>("dynalite");
  return (options: object) => {
    const server = actual(options);
    mockServers.push(server);
    return server;
  };
});

test("the table's server leaves it to its callers when an idle connection ends", async () => {
  const tables = await TableService.start(templateOf(stack()));
  try {
    expect(mockServers.map(({ keepAliveTimeout }) => keepAliveTimeout)).toEqual([0]);
  } finally {
    await tables.stop();
  }
});
