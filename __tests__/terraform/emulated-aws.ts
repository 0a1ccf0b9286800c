/**
 * AWS on the loopback for the real provider: moto's server as a child process, on a port of its own, behind a proxy
 * with what it lacks.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { functionVpcs, parameterSources, redriveAllowPolicies } from "./moto-additions";
import { startMotoProxy } from "./moto-proxy";
import { PlayedFunctions } from "./played-functions";

/** Moto needs about a second; a loaded machine gets a wide margin. */
const START_WITHIN_MS = 60_000;

/**
 * Our end of the shell's standard input closes however we end, also by SIGKILL; then the server ends too. Closing it is
 * how it is stopped.
 */
const SERVER = `
exec 3<&0
moto_server -H 127.0.0.1 -p 0 3<&- &
server=$!
{ cat <&3; kill -9 $server; } >/dev/null 2>&1 &
wait $server`;

export interface EmulatedAws {
  readonly url: string;
  /** Moto itself, without what is added to it. */
  readonly motoUrl: string;
  /** What is invoked while Terraform is at work. */
  readonly functions: PlayedFunctions;
  stop(): Promise<void>;
}

/** @throws Error with the server's own words when it ends, or says no address, within a minute */
export async function startEmulatedAws(): Promise<EmulatedAws> {
  const server = spawn("sh", ["-c", SERVER], {
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      ...process.env,
      // A reloader or a debugger would make a second process, which the handle does not end.
      FLASK_DEBUG: "0",
      PYTHONUNBUFFERED: "1",
      MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
    },
  });
  try {
    const motoUrl = await addressOf(server);
    let url = motoUrl;
    const functions = new PlayedFunctions({ aws: () => url, moto: motoUrl });
    const proxy = await startMotoProxy(motoUrl, [
      redriveAllowPolicies(),
      parameterSources(),
      functions.creations,
      functions.invocations,
      functionVpcs(motoUrl),
    ]);
    ({ url } = proxy);
    const end = async () => void (await Promise.all([proxy.stop(), stop(server)]));
    return { url, motoUrl, functions, stop: end };
  } catch (error) {
    await stop(server);
    throw error;
  }
}

function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const fail = (why: string) => reject(new Error(`moto_server ${why}. It said:\n${said || "(nothing)"}`));
    const timer = setTimeout(() => fail(`named no address within ${START_WITHIN_MS / 1000} s`), START_WITHIN_MS);
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const address = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      // Its request log is of no use; reading on keeps the pipe from filling up.
      for (const stream of [server.stdout, server.stderr]) stream?.off("data", listen).resume();
      resolve(address);
    };
    for (const stream of [server.stdout, server.stderr]) stream?.on("data", listen);
    server.once("error", (error) => fail(`did not start: ${error.message}`));
    server.once("exit", (code) => fail(`ended with exit code ${code}`));
    for (const event of ["error", "exit"]) server.once(event, () => clearTimeout(timer));
  });
}

async function stop(server: ChildProcess): Promise<void> {
  const ended = server.exitCode === null && server.signalCode === null ? once(server, "exit") : undefined;
  server.stdin?.end();
  await ended;
}
