/** What is wrong with settings of an environment "dev", as who deploys it reads it. */
import { UsageError } from "../../stacks/errors";
import { readSettings } from "../../stacks/settings";

/** @throws Error where nothing is wrong with them */
export function messageFor(settings: unknown): string {
  const error = errorOf(settings);
  if (error === undefined) throw new Error("The settings were accepted.");
  return error.message;
}

/** In a line each, without rules and remedies. */
export function mistakesFor(settings: unknown): string[] {
  return (errorOf(settings)?.mistakes ?? []).map(({ path, value, code }) => `${path} is ${value} [${code}]`);
}

function errorOf(settings: unknown): UsageError | undefined {
  try {
    readSettings("dev", settings);
    return undefined;
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}
