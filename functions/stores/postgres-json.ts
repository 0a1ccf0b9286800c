import { isUtf8 } from "node:buffer";

/** Every escape of a JSON text; `\uXXXX` with its digits. */
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|.)/g;

/** First bytes of a JSON text, and last ones (RFC 8259): objects, arrays, strings, numbers, true, false, null. */
const FIRST = new Set(Buffer.from('{["-0123456789tfn'));
const LAST = new Set(Buffer.from('}]"0123456789el'));
const WHITE_SPACE = new Set(Buffer.from(" \t\r\n"));

/**
 * Whether it is worth to let the server try: no JSON text begins or ends otherwise. To parse it here as well would cost
 * a tenth of the time that an event takes, and nearly every body that looks like JSON is.
 */
export function mayBeJsonb(body: Uint8Array): boolean {
  let [first, last] = [0, body.length - 1];
  while (first < last && WHITE_SPACE.has(body[first] ?? 0)) first++;
  while (last > first && WHITE_SPACE.has(body[last] ?? 0)) last--;
  return FIRST.has(body[first] ?? 0) && LAST.has(body[last] ?? 0) && !hasHugeNumber(body);
}

/**
 * A number whose exponent has four digits: never a double. jsonb holds 1e131071 in a few bytes and writes it out in
 * 131,072 digits, so that a body of 75 KB is over the 1 GB of a value, and neither SELECT * nor pg_dump gets past it.
 */
const HUGE = /[eE][+-]?\d{4}/y;

/** Outside of strings, whose ends are looked for byte by byte: a body can be hostile to a pattern. */
function hasHugeNumber(body: Uint8Array): boolean {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("latin1");
  let isString = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (isString && sign === 0x5c) at++;
    else if (sign === 0x22) isString = !isString;
    else if (!isString && (sign | 0x20) === 0x65) {
      HUGE.lastIndex = at;
      if (HUGE.test(text)) return true;
    }
  }
  return false;
}

/**
 * Whether jsonb holds a body. It takes no `\u0000` and no half of a surrogate pair (PostgreSQL manual, "JSON Types").
 * Numbers and depths that it does not take are not looked for: they are too rare, and it says so itself.
 */
export function isJsonb(body: Uint8Array): boolean {
  if (!isUtf8(body)) return false;
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
  return isJson(text) && (!text.includes("\\u") || hasStorableEscapes(text));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function hasStorableEscapes(text: string): boolean {
  /** Where the second half of a pair has to begin. */
  let due: number | undefined;
  for (const { 0: sequence, 1: digits, index } of text.matchAll(ESCAPE)) {
    const unit = digits === undefined ? undefined : Number.parseInt(digits, 16);
    const isSecondHalf = unit !== undefined && unit >= 0xdc00 && unit <= 0xdfff;
    if (unit === 0 || isSecondHalf !== (due === index) || (due !== undefined && due !== index)) return false;
    const isFirstHalf = unit !== undefined && unit >= 0xd800 && unit <= 0xdbff;
    due = isFirstHalf ? index + sequence.length : undefined;
  }
  return due === undefined;
}
