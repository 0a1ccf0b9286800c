/**
 * Keeps a function that runs here from reaching anything but this machine: a mistake in a stack must never touch a real
 * queue or table. It holds for TCP (so for HTTP, TLS, fetch, the AWS SDK) and UDP of this process; a function that
 * starts processes of its own is outside of it.
 */
import dgram from "node:dgram";
import { isIP, Socket } from "node:net";

export class NetworkRefused extends Error {
  override readonly name = "NetworkRefused";
  readonly code = "LOCAL_NETWORK_REFUSED";

  constructor(readonly host: string) {
    super(
      `The function reached for "${host}". Running locally it may reach only this machine; its AWS endpoint is in AWS_ENDPOINT_URL. [LOCAL_NETWORK_REFUSED]`,
    );
  }
}

/** @param warn gets one line for each refusal, as a function may swallow the error */
export function guardNetwork(warn: (line: string) => void): void {
  const refuse = (host: string): NetworkRefused => {
    const refusal = new NetworkRefused(host);
    warn(refusal.message);
    return refusal;
  };
  const connect = Socket.prototype.connect;
  Socket.prototype.connect = function (this: Socket, ...given: unknown[]): Socket {
    const host = hostOf(given);
    if (host !== undefined && !isLoopback(host)) {
      const refusal = refuse(host);
      // As a connection fails otherwise: later, as an error of the socket.
      process.nextTick(() => this.destroy(refusal));
      return this;
    }
    return Reflect.apply(connect, this, given) as Socket;
  } as typeof connect;
  const send = dgram.Socket.prototype.send;
  dgram.Socket.prototype.send = function (this: dgram.Socket, ...given: unknown[]): void {
    const host = given.slice(1).find((argument): argument is string => typeof argument === "string");
    if (host !== undefined && !isLoopback(host)) throw refuse(host);
    Reflect.apply(send, this, given);
  } as typeof send;
}

/** The host of connect(options), connect(port, host) or, from within Node, connect([options, callback]). */
function hostOf(given: readonly unknown[]): string | undefined {
  const [first, second] = Array.isArray(given[0]) ? (given[0] as unknown[]) : given;
  if (typeof first === "object" && first !== null) {
    const { host, path } = first as { host?: unknown; path?: unknown };
    if (typeof path === "string") return undefined;
    return typeof host === "string" ? host : "localhost";
  }
  return typeof second === "string" ? second : "localhost";
}

export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "").replace(/^::ffff:/i, "");
  return bare === "localhost" || bare === "::1" || (isIP(bare) === 4 && bare.startsWith("127."));
}
