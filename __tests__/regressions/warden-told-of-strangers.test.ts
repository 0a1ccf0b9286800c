/** The warden's list doubled with every process it was told had ended but had never known: a shell at full load for ever. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Warden } from "../../local/warden";

const STRANGERS = 60;
const unlessWindows = process.platform === "win32" ? test.skip : test;

unlessWindows("a warden that is told of the end of processes it never knew still ends those it knows", async () => {
  const environment = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"], { stdio: "ignore" });
  const ended = once(environment, "exit");
  const warden = new Warden();
  warden.started(environment.pid ?? 0);
  for (let stranger = 1; stranger <= STRANGERS; stranger++) warden.ended(4_000_000 + stranger);
  warden.stop();
  expect(await ended).toEqual([null, "SIGKILL"]);
});
