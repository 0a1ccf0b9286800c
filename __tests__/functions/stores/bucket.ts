/** Buckets, and endpoints that fail, each on a port of its own. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  type S3ClientConfig,
} from "@aws-sdk/client-s3";
import { S3BodyStore } from "../../../functions/stores/s3-bodies";
import { openS3Client } from "../../../functions/stores/s3-client";

export interface BucketEndpoint {
  readonly endpoint: string;
  readonly client: S3Client;
  readonly bodies: S3BodyStore;
  stop(): Promise<void>;
}

export interface Bucket extends Omit<BucketEndpoint, "stop"> {
  readonly name: string;
  keys(): Promise<string[]>;
  get(key: string): Promise<Uint8Array>;
  put(key: string, body: Uint8Array | string): Promise<void>;
  delete(key: string): Promise<void>;
}

/** S3 and SQS at one endpoint. */
export interface AwsEmulator {
  readonly endpoint: string;
  /** A new, empty one. */
  bucket(): Promise<Bucket>;
  stop(): Promise<void>;
}

export async function startAws(): Promise<AwsEmulator> {
  const child = fork(join(__dirname, "fauxqs-process.mjs"), { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const [endpoint] = (await once(child, "message")) as [string];
  const clients: S3Client[] = [];
  return {
    endpoint,
    bucket: async () => {
      const bucket = await newBucket(endpoint, `webhook-test-bodies-${clients.length}`);
      clients.push(bucket.client);
      return bucket;
    },
    stop: async () => {
      for (const client of clients) client.destroy();
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function newBucket(endpoint: string, name: string): Promise<Bucket> {
  const { client, bodies } = open(endpoint, name);
  await client.send(new CreateBucketCommand({ Bucket: name }));
  return {
    endpoint,
    client,
    bodies,
    name,
    keys: async () => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: name }));
      return Contents.map(({ Key = "" }) => Key).sort();
    },
    get: async (Key) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: name, Key }));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    },
    put: async (Key, Body) => {
      await client.send(new PutObjectCommand({ Bucket: name, Key, Body }));
    },
    delete: async (Key) => {
      await client.send(new DeleteObjectCommand({ Bucket: name, Key }));
    },
  };
}

/** An endpoint that answers every call as told. */
export async function startS3Endpoint(answer: RequestListener, config: S3ClientConfig = {}): Promise<BucketEndpoint> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const opened = open(endpoint, "webhook-test-bodies", config);
  return {
    endpoint,
    ...opened,
    stop: async () => {
      opened.client.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function open(endpoint: string, bucketName: string, config: S3ClientConfig = {}) {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = openS3Client({ endpoint, region: "us-east-1", credentials, ...config });
  return { client, bodies: new S3BodyStore(client, bucketName) };
}
