/** What SQS takes and what it refuses: the rules of SendMessage that an emulator tends to leave out. Pure. */
import { AwsFault } from "./aws-fault";

/** A message attribute in the JSON protocol; a binary value is base64. */
export interface MessageAttribute {
  readonly DataType?: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** SQS Developer Guide, "Message quotas": metadata attributes of one message. */
const MAX_ATTRIBUTES = 10;

/** SQS API, SendMessage: #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF. */
const REFUSED_CHARACTER = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const ALLOWED = "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF";

const ATTRIBUTE_NAME = /^(?!\.|aws\.|amazon\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/i;
const DATA_TYPE = /^(String|Number|Binary)(\..+)?$/;

/**
 * Bytes that count against the queue's maximum: the body, and name, type and value of each attribute.
 * SQS API, SendMessage ("the size of a message includes its attributes").
 */
export function messageBytes(body: string, attributes: MessageAttributes): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, { DataType = "", StringValue = "", BinaryValue = "" }] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType) + Buffer.byteLength(StringValue);
    bytes += Buffer.byteLength(BinaryValue, "base64");
  }
  return bytes;
}

/** @throws AwsFault with what AWS answers to a message it refuses */
export function checkMessage(
  body: unknown,
  attributes: MessageAttributes,
  maximumBytes: number,
): asserts body is string {
  if (typeof body !== "string" || body === "")
    throw new AwsFault("MissingParameter", "The request must contain the parameter MessageBody.");
  const refused = REFUSED_CHARACTER.exec(body);
  if (refused !== null)
    throw new AwsFault(
      "InvalidMessageContents",
      `Invalid binary character '${hexadecimal(refused[0])}' was found in the message body, the set of allowed characters is ${ALLOWED}`,
    );
  checkAttributes(attributes);
  if (messageBytes(body, attributes) > maximumBytes)
    throw invalid(`One or more parameters are invalid. Reason: Message must be shorter than ${maximumBytes} bytes.`);
}

function checkAttributes(attributes: MessageAttributes): void {
  const entries = Object.entries(attributes);
  if (entries.length > MAX_ATTRIBUTES)
    throw invalid(`Number of message attributes [${entries.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`);
  for (const [name, { DataType = "", StringValue, BinaryValue }] of entries) {
    if (!ATTRIBUTE_NAME.test(name)) throw invalid(`The message attribute name '${name}' is invalid.`);
    if (DataType === "")
      throw invalid(`The message attribute '${name}' must contain non-empty message attribute type.`);
    if (!DATA_TYPE.test(DataType))
      throw invalid(
        `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
      );
    const value = DataType.startsWith("Binary") ? BinaryValue : StringValue;
    if (value === undefined || value === "")
      throw invalid(`Message (user) attribute '${name}' must contain a non-empty value of type '${DataType}'.`);
    const refused = DataType.startsWith("Binary") ? null : REFUSED_CHARACTER.exec(value);
    if (refused !== null)
      throw invalid(
        `Invalid binary character '${hexadecimal(refused[0])}' was found in the value of message (user) attribute '${name}', the set of allowed characters is ${ALLOWED}`,
      );
  }
}

const invalid = (message: string): AwsFault => new AwsFault("InvalidParameterValue", message);

const hexadecimal = (character: string): string => `#x${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`;
