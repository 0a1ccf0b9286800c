import { Logger, type LogItem } from "@aws-lambda-powertools/logger";

/** Powertools writes warnings and errors to stderr; here every line is one of one stream, in the order of what happened. */
export class StdoutLogger extends Logger {
  protected override printLog(_logLevel: number, log: LogItem): void {
    log.prepareForPrint();
    process.stdout.write(`${JSON.stringify(log.getAttributes(), this.getJsonReplacer())}\n`);
  }
}
