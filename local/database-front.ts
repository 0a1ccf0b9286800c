/**
 * What the functions reach of the database: the address, TLS, IAM tokens, and the faults that are switched on. Everything
 * after the log-in is the server's own.
 */
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createSecureContext } from "node:tls";
import { type Certificate, DATABASE_HOST } from "./database-certificate";
import { playSession } from "./database-session";

/** The address, bound before the stack is read, since it stands in the stack's expressions. */
export class DatabaseAddress {
  readonly host = DATABASE_HOST;

  private constructor(readonly server: Server) {}

  /** @param port 0 takes a free one */
  static listen(port = 0): Promise<DatabaseAddress> {
    const server = createServer();
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port, host: "127.0.0.1" }, () => resolve(new DatabaseAddress(server)));
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  stop(): void {
    this.server.close();
  }
}

export interface FrontOptions {
  readonly address: DatabaseAddress;
  readonly certificate: Certificate;
  readonly forcesTls: boolean;
  /** Opens a connection to the server behind. */
  readonly openServer: () => Socket;
  readonly acceptsToken: (token: string, user: string) => boolean;
}

/** Connections of one user. */
export interface ConnectionCount {
  /** Let in by the server and not ended. */
  open: number;
  /** The most that were open at once. */
  highest: number;
  /** Turned away by the server for too many connections (SQLSTATE 53300). */
  refused: number;
}

export class DatabaseFront {
  /** Each piece of an answer is held for so long: a database under load. */
  statementDelayMs = 0;
  readonly #counts = new Map<string, ConnectionCount>();
  readonly #open = new Set<Socket>();
  readonly #address: DatabaseAddress;
  #failingOver: Promise<void> | undefined;
  #endOfFailover: NodeJS.Timeout | undefined;

  constructor(options: FrontOptions) {
    const { address, certificate, forcesTls, openServer, acceptsToken } = options;
    this.#address = address;
    const ports = {
      tls: createSecureContext({ ...certificate }),
      forcesTls,
      openServer: () => this.#kept(openServer()),
      acceptsToken,
      delayMs: () => this.statementDelayMs,
      onEntered: (user: string) => this.#entered(user),
      onRefused: (user: string) => {
        this.#count(user).refused++;
      },
    };
    address.server.on("connection", (socket) => {
      if (this.#failingOver === undefined) void playSession(this.#kept(socket), ports);
      else socket.resetAndDestroy();
    });
  }

  connections(user: string): Readonly<ConnectionCount> {
    return { ...this.#count(user) };
  }

  /** Cuts every connection and takes none meanwhile. @returns when the database can be reached again */
  failover(seconds: number): Promise<void> {
    this.#failingOver ??= new Promise<void>((resolve) => {
      this.#endOfFailover = setTimeout(() => {
        this.#failingOver = undefined;
        resolve();
      }, seconds * 1000);
    });
    this.#cut();
    return this.#failingOver;
  }

  stop(): void {
    clearTimeout(this.#endOfFailover);
    this.#address.stop();
    this.#cut();
  }

  #cut(): void {
    for (const socket of this.#open) socket.destroy();
  }

  #kept(socket: Socket): Socket {
    this.#open.add(socket);
    return socket.once("close", () => this.#open.delete(socket));
  }

  #entered(user: string): () => void {
    const count = this.#count(user);
    count.open++;
    count.highest = Math.max(count.highest, count.open);
    return () => {
      count.open--;
    };
  }

  #count(user: string): ConnectionCount {
    const count = this.#counts.get(user) ?? { open: 0, highest: 0, refused: 0 };
    this.#counts.set(user, count);
    return count;
  }
}
