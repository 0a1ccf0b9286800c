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

/** What the function's security groups keep from it, on this machine too. */
export interface ClosedPort {
  readonly port: number;
  readonly why: string;
}

/** On AWS nothing answers, and the attempt times out; here it fails at once, with the reason. */
export class PortClosed extends Error {
  override readonly name = "PortClosed";
  readonly code = "ETIMEDOUT";

  constructor({ port, why }: ClosedPort) {
    super(
      `The function cannot reach the database (port ${port}): ${why}. On AWS the connection times out. [LOCAL_DATABASE_UNREACHABLE]`,
    );
  }
}

/**
 * @param warn gets one line for each refusal, as a function may swallow the error
 * @param closed a port of this machine that is as far away as the rest of the world
 */
export function guardNetwork(warn: (line: string) => void, closed?: ClosedPort): void {
  const refuse = (host: string): NetworkRefused => {
    const refusal = new NetworkRefused(host);
    warn(refusal.message);
    return refusal;
  };
  const refusalOf = ({ host, port }: Destination): Error | undefined => {
    if (!isLoopback(host)) return refuse(host);
    if (closed === undefined || closed.port !== port) return undefined;
    const refusal = new PortClosed(closed);
    warn(refusal.message);
    return refusal;
  };
  const connect = Socket.prototype.connect;
  Socket.prototype.connect = function (this: Socket, ...given: unknown[]): Socket {
    const destination = destinationOf(given);
    const refusal = destination === undefined ? undefined : refusalOf(destination);
    if (refusal !== undefined) {
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

interface Destination {
  readonly host: string;
  readonly port: number;
}

/** That of connect(options), connect(port, host) or, from within Node, connect([options, callback]); not of a path. */
function destinationOf(given: readonly unknown[]): Destination | undefined {
  const [first, second] = Array.isArray(given[0]) ? (given[0] as unknown[]) : given;
  const isOptions = typeof first === "object" && first !== null;
  const { host, port, path } = (isOptions ? first : { host: second, port: first }) as Record<string, unknown>;
  if (typeof path === "string") return undefined;
  return { host: typeof host === "string" ? host : "localhost", port: Number(port) };
}

export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "").replace(/^::ffff:/i, "");
  return bare === "localhost" || bare === "::1" || (isIP(bare) === 4 && bare.startsWith("127."));
}
