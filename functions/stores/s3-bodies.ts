import { createHash } from "node:crypto";
import { addAbortSignal, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { CopyObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Claim } from "../event/claim";
import type { BodyStore, ClaimedBody, KeptState } from "./body-store";
import { SinkUnavailable } from "./event-store";
import { faultDetail, faultName } from "./fault-name";

/** What an operator can do, by S3's name of the fault. */
const ADVICE: Readonly<Record<string, string>> = {
  // Without s3:ListBucket, S3 also says so of an object that is not there (S3 API, GetObject, Permissions).
  AccessDenied:
    "The consumer's role must allow s3:ListBucket on the bucket, s3:GetObject on inflight/ and s3:PutObject on bodies/.",
  NoSuchBucket: "The bucket that BODIES_BUCKET_NAME names does not exist: deploy the stack again.",
  NoSuchKey: "It comes again, and then says that its body is gone.",
  ExpiredToken: "The function's credentials have expired: look at its role.",
};
const WAIT = "If it lasts, look at the AWS Health Dashboard and at the function's network.";

function keptKey(state: KeptState, id: string): string {
  return `bodies/${state}/${id}`;
}

/** Bodies in a bucket: `inflight/` is the publisher's and expires soon, `bodies/` holds what items point at. */
export class S3BodyStore implements BodyStore {
  readonly #client: S3Client;
  readonly #bucketName: string;

  constructor(client: S3Client, bucketName: string) {
    this.#client = client;
    this.#bucketName = bucketName;
  }

  async read({ key, bytes, sha256 }: Claim, signal: AbortSignal): Promise<ClaimedBody> {
    return this.#orUnavailable("give", async () => {
      const get = new GetObjectCommand({ Bucket: this.#bucketName, Key: key });
      const found = await this.#client.send(get, { abortSignal: signal }).catch((error: unknown) => {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      });
      if (found === undefined) {
        const detail = `no object "${key}" is in the bucket; the publisher wrote ${bytes} bytes, SHA-256 ${sha256}`;
        return { kind: "missing", detail };
      }
      const stream = found.Body;
      if (!(stream instanceof Readable)) throw new Error("S3 answered without a body");
      // The length first: what is not ours may be of any size, and is not read into memory.
      if (found.ContentLength !== bytes) {
        stream.destroy();
        const detail = `the object "${key}" has ${found.ContentLength} bytes; the publisher wrote ${bytes}`;
        return { kind: "altered", detail };
      }
      const body = await buffer(addAbortSignal(signal, stream));
      const actual = createHash("sha256").update(body).digest("hex");
      if (actual === sha256) return { kind: "read", body };
      return { kind: "altered", detail: `the object "${key}" has SHA-256 ${actual}; the publisher wrote ${sha256}` };
    });
  }

  async keep(inflightKey: string, state: KeptState, id: string, signal: AbortSignal): Promise<string> {
    const key = keptKey(state, id);
    const copy = new CopyObjectCommand({
      Bucket: this.#bucketName,
      Key: key,
      // A request id may have characters that mean something in a URL.
      CopySource: [this.#bucketName, ...inflightKey.split("/")].map(encodeURIComponent).join("/"),
    });
    await this.#orUnavailable("keep", () => this.#client.send(copy, { abortSignal: signal }));
    return key;
  }

  async write(body: Uint8Array, state: KeptState, id: string, signal: AbortSignal): Promise<string> {
    const key = keptKey(state, id);
    const put = new PutObjectCommand({
      Bucket: this.#bucketName,
      Key: key,
      Body: body,
      ContentType: "application/octet-stream",
    });
    await this.#orUnavailable("keep", () => this.#client.send(put, { abortSignal: signal }));
    return key;
  }

  async #orUnavailable<T>(does: "give" | "keep", call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (cause) {
      const name = faultName(cause);
      const what = `The bucket "${this.#bucketName}" does not ${does} bodies: ${name}: ${faultDetail(cause)}`;
      throw new SinkUnavailable({ what, advice: ADVICE[name] ?? WAIT, cause });
    }
  }
}
