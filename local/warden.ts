/**
 * Ends execution environments that would outlive us. A frozen process cannot notice that whoever froze it is gone, so a
 * process of its own does: a shell that reads which processes live and, once its input ends for whatever reason (also
 * SIGKILL), kills those and removes their folder. Not on Windows, where nothing is frozen and every environment notices by itself.
 */
import { type ChildProcess, spawn } from "node:child_process";

const SCRIPT = `
alive=" " folder=
while read -r change pid; do
  case $change in
    started) alive="$alive$pid " ;;
    owns) folder="$pid" ;;
    ended) case $alive in *" $pid "*) alive="\${alive%% $pid *} \${alive#* $pid }" ;; esac ;;
  esac
done
for pid in $alive; do kill -KILL "$pid"; done
if [ -n "$folder" ]; then
  # A server's own processes notice that it is gone, and may write until then.
  for attempt in 1 2 3 4 5; do rm -rf "$folder" && break; sleep 0.2; done
fi
`;

export class Warden {
  readonly #shell: ChildProcess | undefined;

  constructor() {
    if (process.platform === "win32") return;
    // Detached: Ctrl-C in a terminal goes to the whole group, and this one must be the last to end.
    this.#shell = spawn("/bin/sh", ["-c", SCRIPT], { detached: true, env: {}, stdio: ["pipe", "ignore", "ignore"] });
    this.#shell.unref();
    // It has ended: then there is nobody left to tell.
    this.#shell.stdin?.on("error", () => undefined);
  }

  started(pid: number): void {
    this.#shell?.stdin?.write(`started ${pid}\n`);
  }

  ended(pid: number): void {
    this.#shell?.stdin?.write(`ended ${pid}\n`);
  }

  /** A folder that is to be gone with the processes. One at most. */
  owns(folder: string): void {
    this.#shell?.stdin?.write(`owns ${folder}\n`);
  }

  /** Ends it, and with it every process it still knows. */
  stop(): void {
    this.#shell?.stdin?.end();
  }
}
