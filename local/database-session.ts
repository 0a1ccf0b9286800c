/**
 * One connection to the database, as RDS begins it: TLS, then an IAM token for the users of rds_iam and the real password
 * for all others, then nothing but bytes in both directions.
 *
 * Who is in rds_iam the server itself knows (database-server.ts): it lets those in without a password, so its "ok" is
 * held back here until their token has been checked. So a connection takes its place on the server before the token is
 * seen, as on RDS.
 */
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type SecureContext, TLSSocket } from "node:tls";
import { ByteIntake } from "./byte-intake";
import { relay } from "./relay";
import {
  ASK_FOR_PASSWORD,
  fatal,
  HEAD_BYTES,
  type Head,
  isAuthenticationOk,
  MESSAGE,
  OPENING_BYTES,
  passwordIn,
  readHead,
  readOpening,
  SQLSTATE,
  sqlStateOf,
  startupParameters,
} from "./wire-protocol";

export interface SessionPorts {
  readonly tls: SecureContext;
  /** Refuses who does not ask for TLS: rds.force_ssl. */
  readonly forcesTls: boolean;
  /** Opens a connection to the server. */
  readonly openServer: () => Socket;
  /** Whether the token opens the database to that user. */
  readonly acceptsToken: (token: string, user: string) => boolean;
  /** How long each piece of an answer is held. */
  readonly delayMs: () => number;
  /** Told once the server has let the user in; returns what is told when that connection has ended. */
  readonly onEntered: (user: string) => () => void;
  /** Told when the server has no connection left for the user. */
  readonly onRefused: (user: string) => void;
}

/** Plays a connection that a client has just made. Never throws: what goes wrong ends the connection. */
export async function playSession(socket: Socket, ports: SessionPorts): Promise<void> {
  survive(socket);
  const opened = await open(socket, ports);
  if (opened === undefined) return;
  const { client, startup } = opened;
  const parameters = startupParameters(startup.subarray(OPENING_BYTES));
  if (ports.forcesTls && client === socket) {
    client.end(fatal(SQLSTATE.invalidAuthorization, refusalWithoutTls(parameters)));
    return;
  }
  const server = openServer(client, ports);
  server.write(startup);
  await enter({ ...opened, user: parameters.get("user") ?? "", server, fromServer: new ByteIntake(server) }, ports);
}

interface Opened {
  /** The socket, or TLS on it. */
  readonly client: Duplex;
  readonly intake: ByteIntake;
  /** The whole startup packet. */
  readonly startup: Buffer;
}

/** Goes as far as the startup packet. @returns undefined for a connection that has ended or asks for no session */
async function open(socket: Socket, ports: SessionPorts): Promise<Opened | undefined> {
  let client: Duplex = socket;
  let intake = new ByteIntake(socket);
  for (;;) {
    const head = await intake.take(OPENING_BYTES);
    if (head === undefined) return undefined;
    const opening = readOpening(head);
    if (opening.kind === "gss") client.write("N");
    else if (opening.kind === "tls" && client === socket) {
      intake.detach();
      socket.write("S");
      client = survive(new TLSSocket(socket, { isServer: true, secureContext: ports.tls }));
      intake = new ByteIntake(client);
    } else if (opening.kind === "cancel" || opening.kind === "startup") {
      const rest = await intake.take(opening.moreBytes);
      if (rest === undefined) return undefined;
      const packet = Buffer.concat([head, rest]);
      if (opening.kind === "startup") return { client, intake, startup: packet };
      // A request to cancel a statement has no answer but the end.
      openServer(client, ports).end(packet);
      client.end();
      return undefined;
    } else {
      socket.destroy();
      return undefined;
    }
  }
}

interface Entering extends Opened {
  readonly user: string;
  readonly server: Socket;
  readonly fromServer: ByteIntake;
}

/** Passes on what the server says until it is ready for a query or has refused; the client's password goes between. */
async function enter(entering: Entering, ports: SessionPorts): Promise<void> {
  const { client, intake, user, server, fromServer } = entering;
  for (let isFirst = true; ; isFirst = false) {
    const message = await takeMessage(fromServer);
    if (message === undefined) {
      client.end();
      return;
    }
    const { head, body, bytes } = message;
    if (isFirst) {
      if (isAuthenticationOk(head, body) && !(await showsToken(entering, ports))) {
        server.destroy();
        return;
      }
      relay(client, server, intake.detach());
    }
    client.write(bytes);
    if (head.type === MESSAGE.error && sqlStateOf(body) === SQLSTATE.tooManyConnections) ports.onRefused(user);
    if (head.type === MESSAGE.readyForQuery) {
      server.once("close", ports.onEntered(user));
      relay(server, client, fromServer.detach(), ports.delayMs);
      return;
    }
  }
}

/** Asks for the password, which must be a token. The client is told no more than RDS tells it. */
async function showsToken({ client, intake, user }: Entering, { acceptsToken }: SessionPorts): Promise<boolean> {
  client.write(ASK_FOR_PASSWORD);
  const answer = await takeMessage(intake);
  if (answer === undefined) return false;
  if (answer.head.type === MESSAGE.password && acceptsToken(passwordIn(answer.body), user)) return true;
  client.end(fatal(SQLSTATE.invalidAuthorization, `PAM authentication failed for user "${user}"`));
  return false;
}

async function takeMessage(intake: ByteIntake): Promise<{ head: Head; body: Buffer; bytes: Buffer } | undefined> {
  const start = await intake.take(HEAD_BYTES);
  if (start === undefined) return undefined;
  const head = readHead(start);
  const body = await intake.take(head.bodyBytes);
  return body === undefined ? undefined : { head, body, bytes: Buffer.concat([start, body]) };
}

function openServer(client: Duplex, ports: SessionPorts): Socket {
  const server = survive(ports.openServer());
  client.once("close", () => server.end());
  return server;
}

/** A connection that breaks is closed; that it did is no fault of the local run. */
function survive<Connection extends Duplex>(connection: Connection): Connection {
  return connection.on("error", () => undefined);
}

/** As the server itself says it. Source: PostgreSQL's source, ClientAuthentication. */
function refusalWithoutTls(parameters: ReadonlyMap<string, string>): string {
  const user = parameters.get("user") ?? "";
  return `no pg_hba.conf entry for host "127.0.0.1", user "${user}", database "${parameters.get("database") ?? user}", no encryption`;
}
