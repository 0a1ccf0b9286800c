import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buildSync } from "esbuild";
import { bundleOf, writeHandler } from "./handler-file";
import { until } from "./until";
import { temporaryFolder } from "./written-stack";

const DEADLINE_MS = 3_000;
const unlessWindows = process.platform === "win32" ? test.skip : test;

unlessWindows.each([
  ["frozen", "return;", "ended"],
  ["at work", "console.log('at work'); await new Promise(() => setInterval(() => {}, 1000));", "at work"],
])("a process that is %s does not outlive a run that is killed", async (_, body, isReady) => {
  const run = spawn(process.execPath, [runOf(body, isReady)], { stdio: ["ignore", "pipe", "inherit"] });
  let pid = 0;
  try {
    const [line] = (await once(createInterface({ input: run.stdout }), "line")) as [string];
    pid = Number(line);
    expect(isRunning(pid)).toBe(true);
    run.kill("SIGKILL");
    await until(() => !isRunning(pid), DEADLINE_MS);
  } finally {
    run.kill("SIGKILL");
    if (pid > 0 && isRunning(pid)) process.kill(pid, "SIGKILL");
  }
});

/**
 * A program that starts an environment, invokes it, and prints its process id.
 * @param isReady when: once the handler has written this line, or "ended" its invocation
 */
function runOf(handlerBody: string, isReady: string): string {
  const folder = temporaryFolder();
  const [bootstrapFile, bundleFile] = [bundleOf("bootstrap.ts", folder), writeHandler(handlerBody)];
  const source = join(folder, "run.ts");
  const local = join(__dirname, "../../local");
  writeFileSync(
    source,
    `import { ExecutionEnvironment } from ${JSON.stringify(join(local, "execution-environment"))};
     import { Warden } from ${JSON.stringify(join(local, "warden"))};
     const settings = ${JSON.stringify({ bootstrapFile, bundleFile, exportName: "handler", memoryMegabytes: 128, variables: {} })};
     let tell = (_what: string): void => undefined;
     async function run() {
       const environment = await ExecutionEnvironment.start(settings, new Warden(), (line) => tell(line));
       if ("failed" in environment) throw new Error(environment.failed.errorMessage);
       tell = (what) => { if (what === ${JSON.stringify(isReady)}) console.log(environment.pid); };
       await environment.invoke({ event: {}, context: { awsRequestId: "1", deadline: 0 } as never }, { timeoutMs: 60_000 });
       tell("ended");
     }
     void run();
     setInterval(() => undefined, 1_000);`,
  );
  const outfile = join(folder, "run.cjs");
  buildSync({ entryPoints: [source], outfile, bundle: true, platform: "node", format: "cjs", packages: "external" });
  return outfile;
}

/** A process that has ended but was not collected yet counts as ended. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== "linux") return true;
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
