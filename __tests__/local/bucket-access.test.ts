import { bucketResources } from "../../local/bucket-access";

const of = (method: string, url: string, copySource?: string) =>
  bucketResources({ method, url, copySource }).map(({ action, resource }) => `${action} ${resource}`);

test.each<[method: string, url: string, copySource: string | undefined, needed: string[]]>([
  ["PUT", "/bodies/inflight/a%3D?x-id=PutObject", undefined, ["s3:PutObject arn:aws:s3:::bodies/inflight/a="]],
  ["GET", "/bodies/inflight/a?x-id=GetObject", undefined, ["s3:GetObject arn:aws:s3:::bodies/inflight/a"]],
  ["HEAD", "/bodies/a", undefined, ["s3:GetObject arn:aws:s3:::bodies/a"]],
  ["DELETE", "/bodies/a?x-id=DeleteObject", undefined, ["s3:DeleteObject arn:aws:s3:::bodies/a"]],
  [
    "PUT",
    "/bodies/kept/a?x-id=CopyObject",
    "bodies/inflight/a%3D",
    ["s3:GetObject arn:aws:s3:::bodies/inflight/a=", "s3:PutObject arn:aws:s3:::bodies/kept/a"],
  ],
  ["GET", "/bodies/?list-type=2&prefix=inflight%2F", undefined, ["s3:ListBucket arn:aws:s3:::bodies"]],
  ["HEAD", "/bodies", undefined, ["s3:ListBucket arn:aws:s3:::bodies"]],
])("%s %s, copied from %s, needs %j", (method, url, copySource, needed) => {
  expect(of(method, url, copySource)).toEqual(needed);
});

test.each([
  ["PUT", "/bodies/a?tagging"],
  ["PUT", "/bodies/a?partNumber=1&uploadId=2"],
  ["GET", "/bodies?policy"],
  ["PUT", "/bodies"],
  ["GET", "/"],
])("%s %s is not played for a role: what it needs is not known", (method, url) => {
  expect(() => of(method, url)).toThrow(`The local run does not play ${method} ${url} for a role.`);
});
