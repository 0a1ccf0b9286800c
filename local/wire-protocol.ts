/**
 * The parts of PostgreSQL's wire protocol that its front speaks itself: how a connection begins, and how it is refused.
 * Pure. Source: PostgreSQL manual, "Message Flow" and "Message Formats".
 */

const SSL_REQUEST = 80_877_103;
const CANCEL_REQUEST = 80_877_102;
const GSS_REQUEST = 80_877_104;

/** Length and code: what every packet has that begins a connection. */
export const OPENING_BYTES = 8;
/** PostgreSQL takes no longer one (MAX_STARTUP_PACKET_LENGTH in its source). */
const MAX_OPENING_BYTES = 10_000;

export type Opening =
  | { readonly kind: "tls" }
  | { readonly kind: "gss" }
  | { readonly kind: "cancel"; readonly moreBytes: number }
  | { readonly kind: "startup"; readonly moreBytes: number }
  | { readonly kind: "unknown" };

/** What the first {@link OPENING_BYTES} of a packet begin. */
export function readOpening(head: Buffer): Opening {
  const length = head.readInt32BE(0);
  const code = head.readInt32BE(4);
  if (length < OPENING_BYTES || length > MAX_OPENING_BYTES) return { kind: "unknown" };
  if (code === SSL_REQUEST) return { kind: "tls" };
  if (code === GSS_REQUEST) return { kind: "gss" };
  const moreBytes = length - OPENING_BYTES;
  if (code === CANCEL_REQUEST) return { kind: "cancel", moreBytes };
  return code >> 16 === 3 ? { kind: "startup", moreBytes } : { kind: "unknown" };
}

/** The names and values of a startup message, such as user and database. @param body what follows its head */
export function startupParameters(body: Buffer): ReadonlyMap<string, string> {
  const parts = body.toString().split("\0");
  const parameters = new Map<string, string>();
  for (let index = 0; parts[index]; index += 2) parameters.set(parts[index] ?? "", parts[index + 1] ?? "");
  return parameters;
}

/** Type and length: the head of every message after the opening. */
export const HEAD_BYTES = 5;

export const MESSAGE = {
  authentication: "R",
  error: "E",
  readyForQuery: "Z",
  password: "p",
} as const;

export interface Head {
  readonly type: string;
  readonly bodyBytes: number;
}

export const readHead = (head: Buffer): Head => ({
  type: head.toString("latin1", 0, 1),
  bodyBytes: head.readInt32BE(1) - 4,
});

const AUTHENTICATION_OK = 0;
/** AuthenticationCleartextPassword: what RDS asks of a user with IAM authentication, within TLS. */
export const ASK_FOR_PASSWORD = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);

export const isAuthenticationOk = ({ type }: Head, body: Buffer): boolean =>
  type === MESSAGE.authentication && body.readInt32BE(0) === AUTHENTICATION_OK;

/** The password in a PasswordMessage. */
export const passwordIn = (body: Buffer): string => body.toString("utf8", 0, Math.max(0, body.indexOf(0)));

/** The SQLSTATE of an ErrorResponse. */
export function sqlStateOf(body: Buffer): string | undefined {
  return body
    .toString()
    .split("\0")
    .find((field) => field.startsWith("C"))
    ?.slice(1);
}

/** PostgreSQL manual, "PostgreSQL Error Codes". */
export const SQLSTATE = {
  invalidAuthorization: "28000",
  tooManyConnections: "53300",
} as const;

/** An ErrorResponse after which the server ends the connection. */
export function fatal(sqlState: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0M${message}\0\0`);
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(MESSAGE.error, "latin1");
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
