import { createHash, randomBytes } from "node:crypto";
import type { RequestListener } from "node:http";
import { SinkUnavailable } from "../../../functions/stores/event-store";
import { patientSignal } from "../factories";
import { type AwsEmulator, type Bucket, type BucketEndpoint, startAws, startS3Endpoint } from "./bucket";

const signal = patientSignal();
const sha256 = (body: Uint8Array) => createHash("sha256").update(body).digest("hex");
const claimOf = (key: string, body: Uint8Array) => ({ key, bytes: body.byteLength, sha256: sha256(body) });
const faultOf = (work: Promise<unknown>) => work.then(() => undefined).catch((fault: unknown) => fault);

describe("a bucket", () => {
  let aws: AwsEmulator;
  let bucket: Bucket;
  beforeAll(async () => {
    aws = await startAws();
    bucket = await aws.bucket();
  });
  afterAll(() => aws.stop());

  test.each([0, 1, 262_144, 4_600_000])("gives a body of %i bytes as the publisher wrote it", async (bytes) => {
    const body = randomBytes(bytes);
    await bucket.put("inflight/r1", body);
    const found = await bucket.bodies.read(claimOf("inflight/r1", body), signal);
    expect(found.kind).toBe("read");
    expect(found.kind === "read" && Buffer.compare(found.body, body)).toBe(0);
  });

  test("says what is missing", async () => {
    expect(await bucket.bodies.read(claimOf("inflight/gone", Buffer.from("abc")), signal)).toEqual({
      kind: "missing",
      detail: `no object "inflight/gone" is in the bucket; the publisher wrote 3 bytes, SHA-256 ${sha256(Buffer.from("abc"))}`,
    });
  });

  test("does not take another body of the same length for it", async () => {
    const [body, other] = [Buffer.from("abc"), Buffer.from("abd")];
    await bucket.put("inflight/r1", other);
    expect(await bucket.bodies.read(claimOf("inflight/r1", body), signal)).toEqual({
      kind: "altered",
      detail: `the object "inflight/r1" has SHA-256 ${sha256(other)}; the publisher wrote ${sha256(body)}`,
    });
  });

  test("does not read a body of another length", async () => {
    await bucket.put("inflight/r1", "abcd");
    expect(await bucket.bodies.read(claimOf("inflight/r1", Buffer.from("abc")), signal)).toEqual({
      kind: "altered",
      detail: 'the object "inflight/r1" has 4 bytes; the publisher wrote 3',
    });
  });

  test("writes a body that came in its message, however often", async () => {
    const body = randomBytes(70_000);
    for (let time = 0; time < 2; time++) {
      expect(await bucket.bodies.write(body, "rejected", "r1=", signal)).toBe("bodies/rejected/r1=");
    }
    expect(Buffer.compare(await bucket.get("bodies/rejected/r1="), body)).toBe(0);
  });

  test.each(["JKJaXmPLvHcESHA=", "a+b/c"])("keeps a copy of the body of request %s, however often", async (id) => {
    const body = randomBytes(1_000);
    await bucket.put(`inflight/${id}`, body);
    for (let time = 0; time < 2; time++) {
      expect(await bucket.bodies.keep(`inflight/${id}`, "stored", id, signal)).toBe(`bodies/stored/${id}`);
    }
    expect(Buffer.compare(await bucket.get(`bodies/stored/${id}`), body)).toBe(0);
    expect(await bucket.keys()).toContain(`inflight/${id}`);
  });

  test("that has nothing to copy is unavailable: the event comes again, and then its body is missing", async () => {
    expect(await faultOf(bucket.bodies.keep("inflight/gone", "stored", "gone", signal))).toBeInstanceOf(
      SinkUnavailable,
    );
  });
});

describe("a bucket that fails", () => {
  let endpoint: BucketEndpoint | undefined;
  afterEach(() => endpoint?.stop());

  const CLAIM = claimOf("inflight/r1", Buffer.from("abc"));
  const refuse =
    (status: number, code: string): RequestListener =>
    (_request, response) => {
      response.writeHead(status, { "content-type": "application/xml" });
      response.end(`<Error><Code>${code}</Code><Message>no.</Message></Error>`);
    };

  test.each([
    [
      403,
      "AccessDenied",
      "The consumer's role must allow s3:ListBucket on the bucket, s3:GetObject on inflight/ and s3:PutObject on bodies/.",
    ],
    [404, "NoSuchBucket", "The bucket that BODIES_BUCKET_NAME names does not exist: deploy the stack again."],
    [500, "InternalError", "If it lasts, look at the AWS Health Dashboard and at the function's network."],
    [503, "SlowDown", "If it lasts, look at the AWS Health Dashboard and at the function's network."],
  ])("%i %s: it is unavailable, and it is said what to do", async (status, code, advice) => {
    endpoint = await startS3Endpoint(refuse(status, code), { maxAttempts: 1 });
    const expected = (does: string) =>
      new Error(
        [
          `The bucket "webhook-test-bodies" does not ${does} bodies: ${code}: no.`,
          "  The batch goes back to the queue and comes again after its visibility timeout; nothing is lost.",
          `  ${advice}  [SINK_UNAVAILABLE]`,
        ].join("\n"),
      );
    expect(await faultOf(endpoint.bodies.read(CLAIM, signal))).toEqual(expected("give"));
    expect(await faultOf(endpoint.bodies.keep("inflight/r1", "stored", "r1", signal))).toEqual(expected("keep"));
  });

  test("a refused connection: it is unavailable", async () => {
    endpoint = await startS3Endpoint(() => {});
    await endpoint.stop();
    const fault = await faultOf(endpoint.bodies.read(CLAIM, signal));
    expect(fault).toBeInstanceOf(SinkUnavailable);
    expect(fault).toMatchObject({ message: expect.stringContaining("ECONNREFUSED") });
  });

  test("one that never answers is given up at the signal", async () => {
    const stop = new AbortController();
    endpoint = await startS3Endpoint(() => stop.abort());
    const fault = await faultOf(endpoint.bodies.read(CLAIM, stop.signal));
    expect(fault).toBeInstanceOf(SinkUnavailable);
    expect(fault).toMatchObject({ cause: { name: "AbortError" } });
  });

  test("one that stops in the middle of a body is given up at the signal", async () => {
    const stop = new AbortController();
    endpoint = await startS3Endpoint((_request, response) => {
      response.writeHead(200, { "content-length": "3" });
      response.write("a");
    });
    endpoint.client.middlewareStack.add(
      (next) => async (call) => {
        const answered = await next(call);
        setImmediate(() => stop.abort());
        return answered;
      },
      { step: "initialize" },
    );
    const fault = await faultOf(endpoint.bodies.read(CLAIM, stop.signal));
    expect(fault).toBeInstanceOf(SinkUnavailable);
    expect(fault).toMatchObject({ cause: { name: "AbortError" } });
  });

  test("a copy names its source as a URL does, whatever characters the request id has", async () => {
    let source: unknown;
    endpoint = await startS3Endpoint((request, response) => {
      source = request.headers["x-amz-copy-source"];
      response.end("<CopyObjectResult><ETag>e</ETag></CopyObjectResult>");
    });
    await endpoint.bodies.keep("inflight/a+b/c=", "stored", "a+b/c=", signal);
    expect(source).toBe("webhook-test-bodies/inflight/a%2Bb/c%3D");
  });

  test("a connection that breaks in the middle of a body: it is unavailable", async () => {
    endpoint = await startS3Endpoint((_request, response) => {
      response.writeHead(200, { "content-length": "3" });
      response.write("a", () => response.destroy());
    });
    expect(await faultOf(endpoint.bodies.read(CLAIM, signal))).toBeInstanceOf(SinkUnavailable);
  });
});
