/** An HTTP server on the loopback, bound before anything is served: its address is needed to read the stack. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { portInUse, portRefused } from "./errors";

const LOOPBACK = "127.0.0.1";
/** Above API Gateway's own limit for headers, so that the gateway and not Node refuses. */
const MAX_HEADER_BYTES = 64 * 1024;

export interface Listener {
  /** Such as http://127.0.0.1:8080, without a slash at the end. */
  readonly url: string;
  /** Answers requests from now on; before, they wait. */
  serve(handle: RequestListener): void;
  /** Ends the server and every connection to it. */
  stop(): Promise<void>;
}

/**
 * @param port 0 takes a free one
 * @throws LocalRunError when the port is in use or cannot be had
 */
export async function listenOnLoopback(port: number): Promise<Listener> {
  const server = createServer({ keepAlive: true, maxHeaderSize: MAX_HEADER_BYTES });
  // Senders keep their connections for as long as they like; a local run ends them in stop().
  server.keepAliveTimeout = 0;
  await bind(server, port);
  const early: Parameters<RequestListener>[] = [];
  const keep: RequestListener = (...pair) => early.push(pair);
  server.on("request", keep);
  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    serve: (handle) => {
      server.off("request", keep);
      server.on("request", handle);
      for (const pair of early.splice(0)) handle(...pair);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function bind(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? portInUse(port, error) : portRefused(port, error.message, error));
    });
    server.listen({ port, host: LOOPBACK }, resolve);
  });
}
