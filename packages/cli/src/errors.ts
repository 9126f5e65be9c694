/** Why a command could not do its work: the stable `code` of a {@link CliError}. */
export type CliErrorCode =
  | "USAGE"
  | "UNREADABLE_INPUT"
  | "INPUT_TOO_LARGE"
  | "INVALID_INPUT"
  | "UNWRITABLE_OUTPUT"
  | "CANNOT_START"
  | "CANNOT_GO_ON"
  | "KEYS_NOT_FETCHED";

/** Base class of the errors of this package; match `code`, not the message. The message says what to do. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** Exit code of the process: 1 for input that was read and is not what it should be, 2 for everything that kept the command from working. */
  get exitCode(): 1 | 2 {
    return this.code === "INVALID_INPUT" ? 1 : 2;
  }
}
