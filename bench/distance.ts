/** A network between a client and a server of this machine: what is sent takes its time, in each direction. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Distance {
  /** On 127.0.0.1, in place of the server's. */
  readonly port: number;
  stop(): void;
}

/** @param oneWayMs whole milliseconds, which is what timers keep to */
export async function startDistance(toPort: number, oneWayMs: number): Promise<Distance> {
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(toPort, "127.0.0.1");
    carry(near, far, oneWayMs);
    carry(far, near, oneWayMs);
    for (const socket of [near, far]) open.add(socket.setNoDelay(true));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const stop = () => {
    server.close();
    for (const socket of open) socket.destroy();
  };
  return { port: (server.address() as AddressInfo).port, stop };
}

/** In order, since timers of the same time are. */
function carry(from: Socket, to: Socket, ms: number): void {
  from.on("data", (bytes) => setTimeout(() => to.writable && to.write(bytes), ms));
  from.on("close", () => setTimeout(() => to.end(), ms));
  from.on("error", () => to.destroy());
}
