import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buildSync } from "esbuild";
import { DatabaseServer } from "../../local/database-server";
import { until } from "./until";
import { temporaryFolder } from "./written-stack";

// Each starts a server, which takes a second, and many on a machine that is busy.
jest.setTimeout(30_000);

const SETTINGS = { maxConnections: 10, parameters: {}, administrator: "administrator" };

test("a server that is removed leaves no data", async () => {
  const server = await DatabaseServer.make(SETTINGS);
  expect(existsSync(server.folder)).toBe(true);
  await server.remove();
  expect(existsSync(server.folder)).toBe(false);
});

test("a server starts and stops as often as is asked, and twice is once", async () => {
  const server = await DatabaseServer.make(SETTINGS);
  try {
    await server.start();
    expect(server.isRunning).toBe(true);
    await server.stop();
    await server.stop();
    expect(server.isRunning).toBe(false);
    await server.start();
    expect(server.isRunning).toBe(true);
  } finally {
    await server.remove();
  }
});

test("a server and its data do not outlive a run that is killed", async () => {
  const run = spawn(process.execPath, [runOf()], {
    // Its packages are ours.
    env: { ...process.env, NODE_PATH: join(__dirname, "../../node_modules") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [folder] = (await once(createInterface({ input: run.stdout }), "line")) as [string];
    expect(existsSync(folder)).toBe(true);
    run.kill("SIGKILL");
    await until(() => !existsSync(folder));
  } finally {
    run.kill("SIGKILL");
  }
});

/** A program that starts a server, and prints its folder. */
function runOf(): string {
  const folder = temporaryFolder();
  const source = join(folder, "run.ts");
  const server = join(__dirname, "../../local/database-server");
  writeFileSync(
    source,
    `import { DatabaseServer } from ${JSON.stringify(server)};
     void DatabaseServer.make(${JSON.stringify(SETTINGS)}).then(({ folder }) => console.log(folder));
     setInterval(() => undefined, 1_000);`,
  );
  const outfile = join(folder, "run.cjs");
  buildSync({ entryPoints: [source], outfile, bundle: true, platform: "node", format: "cjs", packages: "external" });
  return outfile;
}
