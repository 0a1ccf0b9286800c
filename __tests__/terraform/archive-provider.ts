/**
 * A stand-in for the provider hashicorp/archive where no registry can be reached: speaks Terraform's plugin protocol 5
 * on the loopback and is attached to a Terraform command through TF_REATTACH_PROVIDERS.
 */

import { join } from "node:path";
import { loadPackageDefinition, Server, ServerCredentials, type ServiceDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { decode, encode } from "@msgpack/msgpack";
import { type ArchiveFileConfig, archiveFile, archiveFileProblems } from "./archive-file";
import { ARCHIVE_FILE_SCHEMA } from "./archive-schema";

const ADDRESS = "registry.terraform.io/hashicorp/archive";

export interface ArchiveProvider {
  /** The value of TF_REATTACH_PROVIDERS. */
  readonly reattach: string;
  stop(): void;
}

interface DynamicValue {
  readonly msgpack?: Uint8Array;
}
interface Request {
  readonly type_name?: string;
  readonly config?: DynamicValue;
}
type Respond = (error: null, response: object) => void;

/** @param workingDirectory where Terraform runs: relative paths of the configuration mean this folder */
export async function startArchiveProvider(workingDirectory: string): Promise<ArchiveProvider> {
  const server = new Server();
  server.addService(providerService(), {
    GetSchema: answer(() => ({
      provider: { version: 0, block: {} },
      data_source_schemas: { archive_file: ARCHIVE_FILE_SCHEMA },
    })),
    PrepareProviderConfig: answer(({ config }) => ({ prepared_config: config })),
    ValidateDataSourceConfig: answer(({ config }) => ({
      diagnostics: archiveFileProblems(value(config)).map((detail) => problem(detail)),
    })),
    Configure: answer(() => ({})),
    ReadDataSource: answer(({ config }) => read(value(config) as unknown as ArchiveFileConfig, workingDirectory)),
    Stop: answer(() => ({})),
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  const reattach = {
    Protocol: "grpc",
    ProtocolVersion: 5,
    Pid: process.pid,
    // Terraform must not end a process that it did not start.
    Test: true,
    Addr: { Network: "tcp", String: `127.0.0.1:${port}` },
  };
  return { reattach: JSON.stringify({ [ADDRESS]: reattach }), stop: () => server.forceShutdown() };
}

function providerService(): ServiceDefinition {
  const loaded = loadPackageDefinition(loadSync(join(__dirname, "tfplugin5.proto"), { keepCase: true, enums: String }));
  const service = (loaded.tfplugin5 as unknown as { Provider: { service: ServiceDefinition } }).Provider.service;
  return service;
}

const answer = (respond: (request: Request) => object) => (call: { request: Request }, callback: Respond) =>
  callback(null, respond(call.request));

function read(config: ArchiveFileConfig, workingDirectory: string): object {
  try {
    return { state: { msgpack: Buffer.from(encode(archiveFile(config, workingDirectory))) } };
  } catch (error) {
    return { diagnostics: [problem(error instanceof Error ? error.message : String(error))] };
  }
}

function value(dynamic: DynamicValue | undefined): Record<string, unknown> {
  return decode(dynamic?.msgpack ?? encode({})) as Record<string, unknown>;
}

const problem = (detail: string) => ({ severity: "ERROR", summary: "archive_file (stand-in)", detail });
