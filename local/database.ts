/** The database of a stack, running: the server, its front, and what a test or the demonstration does to it. */
import { randomBytes } from "node:crypto";
import { Client, escapeIdentifier, escapeLiteral } from "pg";
import { type Certificate, makeCertificate } from "./database-certificate";
import { type ConnectionCount, type DatabaseAddress, DatabaseFront } from "./database-front";
import { DatabaseServer, IAM_ROLE, SOCKET_PORT, SUPERUSER } from "./database-server";
import type { DatabaseSettings } from "./database-settings";

/** For a client of PostgreSQL, such as psql or the package pg. */
export interface DatabaseConnection {
  /** The folder of the server's Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export class LocalDatabase {
  #front: DatabaseFront | undefined;

  private constructor(
    readonly settings: DatabaseSettings,
    readonly address: DatabaseAddress,
    /** As RDS makes it up, and Secrets Manager keeps it. */
    readonly administratorPassword: string,
    readonly certificate: Certificate,
    private readonly server: DatabaseServer,
  ) {}

  /**
   * Starts the server with the database and its administrator; {@link open} lets the functions in.
   * @throws LocalRunError with what PostgreSQL said
   */
  static async start(settings: DatabaseSettings, address: DatabaseAddress): Promise<LocalDatabase> {
    const password = randomBytes(24).toString("base64url");
    const [certificate, server] = await Promise.all([makeCertificate(), DatabaseServer.make(settings)]);
    const database = new LocalDatabase(settings, address, password, certificate, server);
    try {
      await database.#provision();
    } catch (error) {
      await server.remove();
      throw error;
    }
    return database;
  }

  /** Answers at the address from now on. @param acceptsToken whether a token opens the database to that user */
  open(acceptsToken: (token: string, user: string) => boolean): void {
    this.#front = new DatabaseFront({
      address: this.address,
      certificate: this.certificate,
      forcesTls: this.settings.forcesTls,
      openServer: () => this.server.connect(),
      acceptsToken,
    });
  }

  /** What the server allows, all users together. */
  get maxConnections(): number {
    return this.settings.maxConnections;
  }

  /** May see and do everything; past the front, so that no fault concerns it. */
  get connection(): DatabaseConnection {
    return {
      host: this.server.folder,
      port: SOCKET_PORT,
      user: SUPERUSER,
      password: "local",
      database: this.settings.name,
    };
  }

  /** Connections of one user so far. @param user such as that of the consumer */
  connections(user: string): Readonly<ConnectionCount> {
    return this.#played.connections(user);
  }

  /** Milliseconds for which each piece of an answer is held: a database under load. */
  get statementDelayMs(): number {
    return this.#played.statementDelayMs;
  }

  set statementDelayMs(milliseconds: number) {
    this.#played.statementDelayMs = milliseconds;
  }

  /** Cuts every connection and takes none meanwhile. @returns when the database can be reached again */
  failover(seconds: number): Promise<void> {
    return this.#played.failover(seconds);
  }

  /** Stops the server; what is committed stays. @param how "crash": as if the power had failed */
  stopServer(how: "orderly" | "crash" = "orderly"): Promise<void> {
    return this.server.stop(how);
  }

  /** Starts the server again. */
  startServer(): Promise<void> {
    return this.server.start();
  }

  /** Ends everything and removes the data. */
  async stop(): Promise<void> {
    this.#front?.stop();
    this.address.stop();
    await this.server.remove();
  }

  get #played(): DatabaseFront {
    if (this.#front === undefined) throw new Error("The database has not been opened yet.");
    return this.#front;
  }

  /** What RDS makes when an instance is made: the IAM role, the administrator, who is no superuser, and the database. */
  async #provision(): Promise<void> {
    const { administrator, name } = this.settings;
    const admin = escapeIdentifier(administrator);
    const client = new Client({ ...this.connection, database: "postgres" });
    await client.connect();
    try {
      await client.query(`CREATE ROLE ${IAM_ROLE}`);
      const password = escapeLiteral(this.administratorPassword);
      await client.query(`CREATE ROLE ${admin} LOGIN CREATEDB CREATEROLE PASSWORD ${password}`);
      await client.query(`GRANT ${IAM_ROLE} TO ${admin} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`);
      await client.query(`CREATE DATABASE ${escapeIdentifier(name)} OWNER ${admin}`);
    } finally {
      await client.end();
    }
  }
}
