import { HomeserverError } from "../errors.ts";

/** Thrown for a configuration that cannot be used; the message names the key. */
export class ConfigError extends HomeserverError {
  override readonly name = "ConfigError";
  readonly code: "NOT_READABLE" | "NOT_PARSEABLE" | "INVALID";
  constructor(code: ConfigError["code"], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
