/**
 * What PostgreSQL or the system said of a fault, in one line: the SQLSTATE (PostgreSQL manual, appendix A) or the
 * system's name of it, the text, the hint. The driver never puts a password into it.
 */
export function databaseFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = textOf(error, "code");
  const hint = textOf(error, "hint");
  // Several addresses of one host that all refuse have no text of their own.
  const text = withoutStop(error.message) || error.name;
  return `${code === undefined || text.includes(code) ? "" : `${code} `}${text}${hint === undefined ? "" : ` (${withoutStop(hint)})`}`;
}

/** SQLSTATE or the system's name. */
export function databaseFaultCode(error: unknown): string | undefined {
  return error instanceof Error ? textOf(error, "code") : undefined;
}

function textOf(error: Error, name: string): string | undefined {
  const value: unknown = Object.entries(error).find(([key]) => key === name)?.[1];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function withoutStop(text: string): string {
  return text.trim().replace(/\.$/, "");
}
