import { isNativeError } from "node:util/types";

/** The service's name of a fault, else the system's (ECONNREFUSED), else the class's. */
export function faultName(error: unknown): string {
  if (!isNativeError(error)) return "UnknownFault";
  if (error.name === "Error" && "code" in error && typeof error.code === "string") return error.code;
  return error.name;
}

export function faultDetail(error: unknown): string {
  return isNativeError(error) ? error.message : String(error);
}
