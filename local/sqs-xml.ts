/** SQS's answers in XML, which is what the sender of a direct request gets to see. Source: SQS API Reference, SendMessage. */

const NAMESPACE = "http://queue.amazonaws.com/doc/2012-11-05/";

export interface SentMessage {
  readonly messageId: string;
  readonly bodyMd5: string;
  /** Undefined without attributes. */
  readonly attributesMd5: string | undefined;
  readonly requestId: string;
}

export interface SqsFault {
  /** Such as InvalidMessageContents. */
  readonly code: string;
  readonly message: string;
  /** Whose fault: SQS's own word for it. */
  readonly type: "Sender" | "Receiver";
  readonly requestId: string;
}

export function sentXml({ messageId, bodyMd5, attributesMd5, requestId }: SentMessage): string {
  const attributes = attributesMd5 === undefined ? "" : element("MD5OfMessageAttributes", attributesMd5);
  const result = `${element("MessageId", messageId)}${element("MD5OfMessageBody", bodyMd5)}${attributes}`;
  return document(
    "SendMessageResponse",
    `<SendMessageResult>${result}</SendMessageResult><ResponseMetadata>${element("RequestId", requestId)}</ResponseMetadata>`,
  );
}

export function faultXml({ code, message, type, requestId }: SqsFault): string {
  const error = `${element("Type", type)}${element("Code", code)}${element("Message", message)}<Detail/>`;
  return document("ErrorResponse", `<Error>${error}</Error>${element("RequestId", requestId)}`);
}

function document(root: string, content: string): string {
  return `<?xml version="1.0"?><${root} xmlns="${NAMESPACE}">${content}</${root}>`;
}

function element(name: string, text: string): string {
  return `<${name}>${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")}</${name}>`;
}
