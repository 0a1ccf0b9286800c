/** The endpoint's S3, called as the functions call it. */
import {
  CopyObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { AwsEndpoint } from "../../local/endpoint";
import { type Credentials, OPERATOR_CREDENTIALS } from "../../local/roles";
import { Timeline } from "../../local/timeline";
import { templateOf } from "./written-stack";

const BUCKET = "bodies-20000101000000000000000001";
const ARN = `arn:aws:s3:::${BUCKET}`;
const ROLE_ARN = "arn:aws:iam::000000000000:role/publish";

let endpoint: AwsEndpoint;
const clients: S3Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await endpoint.stop();
});

interface Written {
  readonly statements?: readonly object[];
  readonly bucketPolicy?: readonly object[];
  readonly bucket?: object | undefined;
}

async function start({ statements = [], bucketPolicy, bucket = { bucket_prefix: "bodies-" } }: Written = {}) {
  const policy = (Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
  endpoint = await AwsEndpoint.listen();
  const template = templateOf(
    {
      resource: {
        aws_s3_bucket: { bodies: bucket },
        ...(bucketPolicy && {
          aws_s3_bucket_policy: { bodies: { bucket: "${aws_s3_bucket.bodies.id}", policy: policy(bucketPolicy) } },
        }),
        aws_iam_role: { publish: { name: "publish", assume_role_policy: "{}" } },
        aws_iam_role_policy: { publish: { name: "p", role: "publish", policy: policy(statements) } },
      },
      output: { name: { value: "${aws_s3_bucket.bodies.bucket}" }, arn: { value: "${aws_s3_bucket.bodies.arn}" } },
    },
    { aws: endpoint.url, api: "http://127.0.0.1:2" },
  );
  await endpoint.play(template, new Timeline());
  return { outputs: template.outputs, operator: client(OPERATOR_CREDENTIALS), role: client(role()) };
}

const role = (): Credentials => endpoint.credentialsFor(ROLE_ARN);

function client(credentials: Credentials): S3Client {
  // As a function has it: nothing but an endpoint says how buckets are addressed.
  const made = new S3Client({ endpoint: endpoint.url, region: "us-east-1", credentials, maxAttempts: 1 });
  clients.push(made);
  return made;
}

const put = (to: S3Client, Key: string, Body: string | Buffer) =>
  to.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, ContentType: "application/octet-stream" }));
const get = async (from: S3Client, Key: string) => {
  const { Body } = await from.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
const allow = (Action: string | string[], Resource: string | string[]) => ({ Effect: "Allow", Action, Resource });
const refused = () => endpoint.authorization.refused.map(({ action, resource }) => `${action} ${resource}`);

test("has the stack's bucket, by its name or by its prefix and a made-up rest", async () => {
  const { outputs, operator } = await start();
  expect(outputs).toEqual({ name: BUCKET, arn: ARN });
  await put(operator, "a", "x");
  await endpoint.stop();
  expect((await start({ bucket: { bucket: "named" } })).outputs).toEqual({ name: "named", arn: "arn:aws:s3:::named" });
});

test("gives back the bytes it got, large ones too", async () => {
  const { operator } = await start();
  const bytes = Buffer.alloc(6 * 1024 * 1024, Buffer.from([0, 0xff, 0x0d, 0x0a]));
  await put(operator, "inflight/id=", bytes);
  expect((await get(operator, "inflight/id=")).equals(bytes)).toBe(true);
});

test("a role may do what its policy grants, and what it did is kept", async () => {
  const { operator, role } = await start({
    statements: [allow("s3:PutObject", `${ARN}/bodies/*`), allow("s3:GetObject", `${ARN}/inflight/*`)],
  });
  await put(operator, "inflight/a=", "body");
  const copy = { Bucket: BUCKET, Key: "bodies/stored/a=", CopySource: `${BUCKET}/inflight/a%3D` };
  await role.send(new CopyObjectCommand(copy));
  expect((await get(operator, "bodies/stored/a=")).toString()).toBe("body");
  expect(endpoint.authorization.used).toEqual([
    { role: "publish", action: "s3:GetObject", resource: `${ARN}/inflight/a=` },
    { role: "publish", action: "s3:PutObject", resource: `${ARN}/bodies/stored/a=` },
  ]);
});

test("a role may do nothing else", async () => {
  const { role } = await start({ statements: [allow("s3:PutObject", `${ARN}/inflight/*`)] });
  await expect(put(role, "bodies/a", "x")).rejects.toMatchObject({
    name: "AccessDenied",
    $metadata: { httpStatusCode: 403 },
    message: `User: ${ROLE_ARN} is not authorized to perform: s3:PutObject on resource: ${ARN}/bodies/a because no policy of role publish allows it (aws_iam_role_policy.publish)`,
  });
  await expect(role.send(new ListObjectsV2Command({ Bucket: BUCKET }))).rejects.toMatchObject({ name: "AccessDenied" });
  expect(refused()).toEqual([`s3:PutObject ${ARN}/bodies/a`, `s3:ListBucket ${ARN}`]);
});

test("a bucket's policy speaks for its objects", async () => {
  const { role } = await start({
    statements: [allow("s3:*", "*")],
    bucketPolicy: [{ Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: `${ARN}/secret/*` }],
  });
  await put(role, "open/a", "x");
  await expect(put(role, "secret/a", "x")).rejects.toThrow(/because aws_s3_bucket_policy.bodies denies it$/);
});

test.each([
  ["who may list the bucket is told that an object is missing", ["s3:ListBucket"], "NoSuchKey", []],
  ["who may not is told that access is denied", [], "AccessDenied", [`s3:ListBucket ${ARN}`]],
])("%s", async (_, listing, name, missing) => {
  const { role } = await start({
    statements: [allow(["s3:GetObject", ...listing], [ARN, `${ARN}/*`])],
  });
  await expect(get(role, "none")).rejects.toMatchObject({ name });
  expect(refused()).toEqual(missing);
});

test("refuses a body that has not the checksum it should have", async () => {
  const { operator } = await start();
  const wrong = new PutObjectCommand({ Bucket: BUCKET, Key: "a", Body: "x", ChecksumSHA256: `${"A".repeat(43)}=` });
  await expect(operator.send(wrong)).rejects.toMatchObject({ name: "BadDigest" });
});

test("when it is down, connections of roles are cut, those of the operator are not", async () => {
  const { operator, role } = await start({ statements: [allow("s3:*", "*")] });
  endpoint.faults.bodies = "down";
  await expect(put(role, "a", "x")).rejects.toThrow(/socket hang up|ECONNRESET/);
  await put(operator, "a", "x");
  endpoint.faults.bodies = "up";
  expect((await get(role, "a")).toString()).toBe("x");
});

test("a stack without buckets says so", async () => {
  endpoint = await AwsEndpoint.listen();
  await endpoint.play(templateOf({}), new Timeline());
  await expect(put(client(OPERATOR_CREDENTIALS), "a", "x")).rejects.toThrow(/the stack has none/);
});

test("an access key id that is none of the run's is refused in S3's own shape", async () => {
  await start();
  await expect(put(client({ accessKeyId: "AKIA", secretAccessKey: "x" }), "a", "x")).rejects.toMatchObject({
    message: expect.stringContaining('The access key id "AKIA" is none of the local run\'s.'),
    $metadata: { httpStatusCode: 403 },
  });
});
