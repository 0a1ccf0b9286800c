import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { BODIES_SIDE_BY_SIDE } from "./body-store";

/** As for the table: the queue is the place to wait. A copy inside S3 of some MB takes well below a second. */
const CLIENT: S3ClientConfig = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 3_000,
    throwOnRequestTimeout: true,
    httpAgent: { keepAlive: true, maxSockets: BODIES_SIDE_BY_SIDE },
    httpsAgent: { keepAlive: true, maxSockets: BODIES_SIDE_BY_SIDE },
  },
  // What is read is compared with the claim's SHA-256.
  responseChecksumValidation: "WHEN_REQUIRED",
};

/** One client per execution environment: its connections are kept for the next invocations. Times are in milliseconds. */
export function openS3Client(overrides: S3ClientConfig = {}): S3Client {
  return new S3Client({ ...CLIENT, ...overrides });
}
