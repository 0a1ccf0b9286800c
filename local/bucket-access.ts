/** Which permissions a call of S3 needs (S3 User Guide, "Required permissions for Amazon S3 API operations"). Pure. */
import { AwsFault } from "./aws-fault";
import { bucketArn } from "./resource-types";

export interface BucketCall {
  readonly method: string;
  /** The path, percent-encoded, and the query. */
  readonly url: string;
  /** The header `x-amz-copy-source`, percent-encoded. */
  readonly copySource: string | undefined;
}

interface Needed {
  readonly action: string;
  readonly resource: string;
}

/** The bucket and the key of a call in path style; both are empty where it names none. */
export function targetOf({ url }: Pick<BucketCall, "url">): { readonly bucket: string; readonly key: string } {
  const [path = ""] = url.split("?");
  return bucketAndKey(path);
}

/** @throws AwsFault for a call of which it is not known here what it needs */
export function bucketResources(call: BucketCall): readonly Needed[] {
  const { bucket, key } = targetOf(call);
  const query = new URLSearchParams(call.url.split("?")[1]);
  // Sub-resources (an object's tags, a bucket's policy, a part of an upload) have permissions of their own.
  const isPlain = [...query.keys()].every((name) => name === "x-id");
  const object = `${bucketArn(bucket)}/${key}`;
  if (key !== "" && isPlain) {
    if (call.method === "PUT" && call.copySource !== undefined) {
      const source = bucketAndKey(call.copySource);
      return [
        { action: "s3:GetObject", resource: `${bucketArn(source.bucket)}/${source.key}` },
        { action: "s3:PutObject", resource: object },
      ];
    }
    const action = OBJECT_ACTIONS[call.method];
    if (action !== undefined) return [{ action, resource: object }];
  }
  const isList = call.method === "GET" && (isPlain || query.has("list-type"));
  if (key === "" && bucket !== "" && (isList || call.method === "HEAD"))
    return [{ action: "s3:ListBucket", resource: bucketArn(bucket) }];
  throw new AwsFault("NotImplemented", `The local run does not play ${call.method} ${call.url} for a role.`, {
    status: 501,
  });
}

const OBJECT_ACTIONS: Readonly<Record<string, string>> = {
  GET: "s3:GetObject",
  HEAD: "s3:GetObject",
  PUT: "s3:PutObject",
  DELETE: "s3:DeleteObject",
};

function bucketAndKey(path: string): { readonly bucket: string; readonly key: string } {
  const [bucket = "", ...key] = path.replace(/^\//, "").split("/");
  return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key.join("/")) };
}
