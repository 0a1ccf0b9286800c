/** A way to a server that can fail without a word, as networks do: no end, no reset, just no bytes any more. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface SilentNetwork {
  readonly port: number;
  /** From now on nothing passes on the connections that are open; new ones work. */
  silenceOpen(): void;
  /** New connections are taken and nothing passes on them. */
  silenceNew(): void;
  /** The next answer of the server is swallowed and its connection ended: the statement has run. */
  loseNextAnswer(): void;
  someoneConnected(): Promise<void>;
  stop(): Promise<void>;
}

interface Way {
  readonly sender: Socket;
  readonly server: Socket;
}

export async function startSilentNetwork(
  to: { readonly host: string; readonly port: number },
  host = "127.0.0.1",
): Promise<SilentNetwork> {
  const ways: Way[] = [];
  let isSilentForNew = false;
  let losesNextAnswer = false;
  const network = createServer((sender) => {
    const server = connect(to.port, to.host);
    ways.push({ sender, server });
    for (const socket of [sender, server]) socket.on("error", () => {});
    sender.on("close", () => server.destroy());
    server.on("close", () => sender.destroy());
    if (isSilentForNew) return;
    sender.on("data", (bytes) => server.write(bytes));
    server.on("data", (bytes) => {
      if (losesNextAnswer) {
        losesNextAnswer = false;
        sender.destroy();
        return;
      }
      sender.write(bytes);
    });
  });
  await new Promise<void>((resolve) => network.listen(0, host, resolve));
  return {
    port: (network.address() as AddressInfo).port,
    silenceOpen: () => {
      for (const { sender, server } of ways) {
        sender.removeAllListeners("data").resume();
        server.removeAllListeners("data").resume();
      }
    },
    silenceNew: () => {
      isSilentForNew = true;
    },
    loseNextAnswer: () => {
      losesNextAnswer = true;
    },
    someoneConnected: async () => void (await once(network, "connection")),
    stop: async () => {
      for (const { sender } of ways) sender.destroy();
      await new Promise((resolve) => network.close(resolve));
    },
  };
}
