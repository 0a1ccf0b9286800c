/** What the tests in this folder need beside npm packages. In CI its absence fails them; elsewhere it is said and they are skipped. */

import { spawnSync } from "node:child_process";

interface Requirement {
  readonly command: string;
  readonly howToGetIt: string;
}

export const REQUIREMENTS: readonly Requirement[] = [
  {
    command: "terraform",
    howToGetIt: "https://developer.hashicorp.com/terraform/install, in GitHub Actions hashicorp/setup-terraform",
  },
  { command: "moto_server", howToGetIt: 'pip install "moto[server]" (an emulated AWS on the loopback)' },
  {
    command: "openssl",
    howToGetIt: "your system's package openssl (certificates of the state server on the loopback)",
  },
  { command: "gpg", howToGetIt: "your system's package gnupg (how a plan travels from review to apply)" },
  { command: "jq", howToGetIt: "your system's package jq (the workflow's scripts)" },
];

/** One line for each command that is not on the PATH: which, and how to get it. */
export function missingRequirements(path = process.env.PATH): readonly string[] {
  const env = { ...process.env, PATH: path ?? "" };
  return REQUIREMENTS.filter(
    ({ command }) => spawnSync(command, ["--help"], { env, stdio: "ignore" }).error !== undefined,
  ).map(({ command, howToGetIt }) => `${command} is not on the PATH. Get it: ${howToGetIt}.`);
}

/** In CI (GitHub and most others set CI=true) nothing is skipped in silence. */
export function verdict(missing: readonly string[], ci: string | undefined): "run" | "fail" | "skip" {
  if (missing.length === 0) return "run";
  return ci === "true" ? "fail" : "skip";
}

/** Declares the tests; where something is missing they fail in CI, and are skipped elsewhere with a line that says why. */
export function describeWithTerraform(name: string, tests: () => void): void {
  const missing = missingRequirements();
  switch (verdict(missing, process.env.CI)) {
    case "run":
      describe(name, tests);
      return;
    case "fail":
      test(name, () => {
        throw new Error(`The tests with the real Terraform are required in CI.\n  ${missing.join("\n  ")}`);
      });
      return;
    case "skip":
      process.stderr.write(`Skipped: ${name}. ${missing.join(" ")}\n`);
      describe.skip(name, tests);
  }
}
