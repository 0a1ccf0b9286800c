/** S3: the library fauxqs in process, with the buckets of the stack. Lifecycle rules are not played. */
import { createHash } from "node:crypto";
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { AwsFault } from "./aws-fault";
import type { HttpReply } from "./table";
import type { Resource, Template } from "./template";

export interface BucketRequest {
  readonly method: string;
  /** The path and the query, in path style. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

type Library = ReturnType<typeof import("fauxqs")["buildApp"]>;
type Method = "GET" | "HEAD" | "PUT" | "POST" | "DELETE";

/** About the connection, not about the call. */
const OF_THE_CONNECTION = ["connection", "expect", "keep-alive", "transfer-encoding"];

export class BucketService {
  private constructor(private readonly library: Library) {}

  /** @returns undefined for a stack without buckets: the library then need not be loaded */
  static async start(template: Template): Promise<BucketService | undefined> {
    const names = template.resources("aws_s3_bucket").map(bucketNameOf);
    if (names.length === 0) return undefined;
    // An ES module, which a bundle in CommonJS can only have this way.
    const { buildApp } = await import("fauxqs");
    const service = new BucketService(buildApp({ logger: false }));
    for (const name of names) await service.forward({ method: "PUT", url: `/${name}`, headers: {}, body: EMPTY });
    return service;
  }

  /**
   * Passes a call on as it came; who may call was decided before.
   * @throws AwsFault for a body that has not the checksum that the call says, as S3 refuses it
   */
  async forward({ method, url, headers, body }: BucketRequest): Promise<HttpReply> {
    checkChecksum(headers, body);
    const forwarded = Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.includes(name));
    const reply = await this.library.inject({
      method: method as Method,
      url,
      // It takes a bucket's name from a host that is no address.
      headers: { ...Object.fromEntries(forwarded), host: "127.0.0.1" },
      ...(body.length > 0 && { payload: body }),
    });
    const answered: OutgoingHttpHeaders = { ...reply.headers };
    for (const name of OF_THE_CONNECTION) delete answered[name];
    return { status: reply.statusCode, headers: answered, body: reply.rawPayload };
  }

  async stop(): Promise<void> {
    await this.library.close();
  }
}

const EMPTY = Buffer.alloc(0);

/** As given, or made up behind the prefix. */
const bucketNameOf = (bucket: Resource): string => String(bucket.attribute("bucket"));

function checkChecksum({ "x-amz-checksum-sha256": expected }: IncomingHttpHeaders, body: Buffer): void {
  if (expected === undefined || expected === createHash("sha256").update(body).digest("base64")) return;
  throw new AwsFault("BadDigest", "The SHA256 you specified did not match the calculated checksum.");
}
