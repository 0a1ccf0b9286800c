/** An error as an AWS service answers it, before it is put into a protocol's shape. */
export class AwsFault extends Error {
  override readonly name = "AwsFault";

  /**
   * @param code the service's name of the error, such as QueueDoesNotExist
   * @param options.status HTTP status. @default 400
   * @param options.queryCode the name that the older query protocol has for it, where it is another one
   */
  constructor(
    readonly code: string,
    message: string,
    readonly options: { readonly status?: number; readonly queryCode?: string } = {},
  ) {
    super(message);
  }
}
